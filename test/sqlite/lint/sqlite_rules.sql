-- The rules of dbmigrate_lint that are SQLite's own.

.read script.inc
create table author (id integer primary key autoincrement, name text default 'x' collate nocase, note, unique (note));
create table book (id integer primary key, author_id references author on delete cascade, title text unique, pages int);
create table loan (id integer primary key, book_id references book on delete set null);
create table shelf (id integer primary key, place text not null);
create index author_name on author (name);
create index book_pages on book (pages);
create trigger author_i after insert on author begin select 1; end;
create view titles as select title from book;
insert into author (name, note) values ('a', 1), ('b', 2);
insert into book values (1, 1, 'one', 10), (2, 2, 'two', 20);

-- adding a column with a default that is not constant is an error
update script set text = 'alter table book add column made text default current_timestamp;
alter table book add column r int default (random())';
select * from lint;
--> 1|add-column-nonconst-default|error|column made cannot be added to table book (about 2 rows, 4 kB): its default is not constant|SELECT dbmigrate_rebuild('book', 'create table book (id integer primary key, author_id references author on delete cascade, title text unique, pages int, made text default current_timestamp)');
--> 2|add-column-nonconst-default|error|column r cannot be added to table book (about 2 rows, 4 kB): its default is not constant|SELECT dbmigrate_rebuild('book', 'create table book (id integer primary key, author_id references author on delete cascade, title text unique, pages int, made text default current_timestamp, r int default (random()))');

-- SQLite refuses the same statements
alter table book add column made text default current_timestamp;
--> ERROR: Cannot add a column with non-constant default

-- adding a stored, unique or primary key column is an error
update script set text = 'alter table book add column s int as (pages * 2) stored;
alter table shelf add column u unique;
alter table shelf add column p integer primary key';
select no, rule, severity, message from lint;
--> 1|add-column-nonconst-default|error|column s cannot be added to table book (about 2 rows, 4 kB): it is generated and stored
--> 2|add-column-nonconst-default|error|column u cannot be added to table shelf (empty): it is unique
--> 3|add-column-nonconst-default|error|column p cannot be added to table shelf (empty): it is a primary key

-- constant defaults and empty or new tables are no findings
update script set text = 'alter table book add column a text default ''x'';
alter table book add column b int default -1;
alter table book add column c int default (5);
alter table book add column d int as (pages * 2) virtual;
alter table shelf add column made text default current_timestamp;
create table own (a);
alter table own add column made text default current_timestamp';
select count(*) from lint;
--> 0

-- adding a CHECK reads all rows of the table
update script set text = 'alter table book add column e int check (e > 0)';
select * from lint;
--> 1|add-column-check-scan|info|table book (about 2 rows, 4 kB) is scanned to check column e|Fix the rows that violate the CHECK first, or check the values in the application.

-- adding a CHECK to an empty table is no finding
update script set text = 'alter table shelf add column e int check (e > 0)';
select count(*) from lint;
--> 0

-- a missing table is refused, not reported as blocked
update script set text = 'alter table nowhere drop column a';
select no, rule, message from lint where rule <> 'drop-column';
--> 1|refused|no such table: nowhere

-- dropping a column used by a key, an index or a view is an error
update script set text = 'alter table book drop column title;
alter table book drop column pages';
select * from lint;
--> 1|drop-column-blocked|error|column title of table book cannot be dropped: cannot drop UNIQUE column: "title"|SELECT dbmigrate_rebuild('book', 'create table book (id integer primary key, author_id references author on delete cascade, pages int)', '{"drop_columns": ["title"]}');
--> 2|drop-column-blocked|error|column pages of table book cannot be dropped: error in index book_pages after drop column: no such column: pages|SELECT dbmigrate_rebuild('book', 'create table book (id integer primary key, author_id references author on delete cascade, title text unique)', '{"drop_columns": ["pages"]}');

-- SQLite refuses to drop such a column
alter table book drop column pages;
--> ERROR: error in index book_pages after drop column: no such column: pages

-- dropping the index first allows dropping the column
update script set text = 'drop index book_pages;
alter table book drop column pages';
select count(*) from lint;
--> 0

-- a manual rebuild that loses objects, options and child rows is reported
pragma foreign_keys = on;
update script set text = 'create table author_new (id integer primary key, name text not null, note text);
insert into author_new select * from author;
drop table author;
alter table author_new rename to author';
select no, rule, severity, message from lint;
--> 2|change-type-affinity|warning|values of column note of table author are copied into text: SQLite converts only those it can convert without loss
--> 2|nullable-to-notnull-no-default|warning|column name of table author (about 2 rows, 4 kB) may contain null, which makes the copy fail
--> 3|rebuild-cascade|error|DROP TABLE first deletes all rows of author, and ON DELETE CASCADE then deletes rows of book (about 2 rows, 4 kB)
--> 3|rebuild-loses-objects|warning|table author loses index author_name
--> 3|rebuild-loses-objects|warning|table author loses trigger author_i
--> 3|rebuild-loses-objects|warning|table author loses AUTOINCREMENT
--> 3|rebuild-loses-objects|warning|table author loses COLLATE nocase of column name
--> 3|rebuild-loses-objects|warning|table author loses DEFAULT 'x' of column name
--> 3|rebuild-loses-objects|info|table author loses unique (note)

-- the suggestion is a call of dbmigrate_rebuild()
select distinct suggestion from lint where no > 1;
--> SELECT typeof(note), count(*) FROM author GROUP BY 1;
--> Select coalesce(name, ...) instead of the column.
--> SELECT dbmigrate_rebuild('author', 'create table author (id integer primary key, name text not null, note text)');

-- SQLite deletes the rows that were reported
begin;
create table author_new (id integer primary key, name text not null, note text);
insert into author_new select * from author;
drop table author;
select count(*) from book;
rollback;
--> 0

-- renaming the old table first is reported
update script set text = 'alter table author rename to author_old;
create table author (id integer primary key autoincrement, name text default ''x'' collate nocase, note, unique (note));
insert into author select * from author_old;
drop table author_old';
select no, rule, severity, message from lint;
--> 4|rebuild-cascade|error|DROP TABLE first deletes all rows of author_old, and ON DELETE CASCADE then deletes rows of book (about 2 rows, 4 kB)
--> 4|rebuild-loses-objects|warning|table author loses index author_name
--> 4|rebuild-loses-objects|warning|table author loses trigger author_i
--> 4|rebuild-loses-objects|warning|table author loses its AUTOINCREMENT counter: numbers of deleted rows are reused

-- a manual rebuild that loses nothing is no finding
update script set text = 'pragma foreign_keys = off;
create table author_new (id integer primary key autoincrement, name text default ''x'' collate nocase, note, unique (note));
insert into author_new select id, name, note from author;
drop table author;
alter table author_new rename to author;
create index author_by_name on author (name);
create trigger author_i after insert on author begin select 1; end;
update sqlite_sequence set seq = 2 where name = ''author'';
pragma foreign_keys = on';
select * from lint;
--> 1|pragma-fk-in-txn|info|PRAGMA foreign_keys is ignored inside a transaction; dbcare applies it until the script ends, and then checks all foreign keys|Run the script with dbmigrate_apply() or dbmigrate_deploy().

-- a new table under a dropped name loses no objects
pragma foreign_keys = off;
update script set text = 'drop table author;
create table author (id integer primary key)';
select no, rule from lint;
select rule, message from dbmigrate_lint((select text from script), '{"rules": ["drop-table"]}');
--> 1|rebuild-cascade
--> drop-table|table author (about 2 rows, 4 kB) is dropped with everything in it
pragma foreign_keys = on;

-- a rebuild that loses STRICT or WITHOUT ROWID is reported
create table fast (a integer primary key, b text) strict, without rowid;
insert into fast values (1, 'x');
update script set text = 'create table fast_new (a integer primary key, b text);
insert into fast_new select * from fast;
drop table fast;
alter table fast_new rename to fast';
select no, rule, severity, message, suggestion from lint;
--> 3|rebuild-loses-objects|warning|table fast loses STRICT|SELECT dbmigrate_rebuild('fast', 'create table fast (a integer primary key, b text)');
--> 3|rebuild-loses-objects|warning|table fast loses WITHOUT ROWID|SELECT dbmigrate_rebuild('fast', 'create table fast (a integer primary key, b text)');

-- a STRICT table refuses values of another type
update script set text = 'create table book_new (id integer primary key, title integer) strict;
insert into book_new (id, title) select id, title from book';
select no, rule, message from lint;
--> 2|change-type-affinity|column title of table book may contain values that make the copy fail: they are not of type integer

-- dropping a table whose child tables are empty is no finding
update script set text = 'drop table book';
select count(*) from lint;
--> 0

-- dropping a table whose rows are referred to is an error
insert into loan values (1, 1);
select no, rule, severity, message, suggestion from lint;
--> 1|rebuild-cascade|error|DROP TABLE first deletes all rows of book, and ON DELETE SET NULL then changes rows of loan (about 1 row, 4 kB)|Update or delete the referencing rows first.

-- without enforced foreign keys it is a warning
pragma foreign_keys = off;
select no, rule, severity, message from lint;
--> 1|rebuild-cascade|warning|DROP TABLE first deletes all rows of book (if foreign keys are enforced), and ON DELETE SET NULL then changes rows of loan (about 1 row, 4 kB)

-- statements that cannot run in a transaction are errors
update script set text = 'vacuum;
pragma journal_mode = wal;
pragma journal_mode;
attach ''x'' as y';
select * from lint;
--> 1|vacuum-or-journal-in-txn|error|VACUUM does not work inside a transaction|Register the statement as a separate migration with the option {"transactional": false}, and run it with dbmigrate_deploy().
--> 2|vacuum-or-journal-in-txn|error|PRAGMA journal_mode does not work inside a transaction|Register the statement as a separate migration with the option {"transactional": false}, and run it with dbmigrate_deploy().
--> 4|vacuum-or-journal-in-txn|error|ATTACH does not work inside a transaction|Register the statement as a separate migration with the option {"transactional": false}, and run it with dbmigrate_deploy().

-- these statements are no errors outside a transaction
select rule from dbmigrate_lint('vacuum; pragma foreign_keys = off', '{"transactional": false, "rules": ["vacuum-or-journal-in-txn", "pragma-fk-in-txn"]}');
select 'none';
--> none

-- writable_schema is reported
update script set text = 'PRAGMA Writable_Schema = ON;
update sqlite_schema set sql = ''x'';
pragma writable_schema = off';
select * from lint;
--> 1|writable-schema|error|PRAGMA writable_schema lets the script edit the schema table directly|Use ALTER TABLE or dbmigrate_rebuild().

-- text in double quotes is reported
.once /dev/null
.dbconfig dqs_dml on
.once /dev/null
.dbconfig dqs_ddl on
update script set text = 'select "title" from book where title = "one";
create table c (a check (a in ("x", ''y'')));
insert into "book" ("id") values (3)';
select * from lint;
--> 1|double-quoted-string|warning|"one" is not a name here, so SQLite reads it as text|Write text in single quotes.
--> 2|double-quoted-string|warning|"x" is not a name here, so SQLite reads it as text|Write text in single quotes.

-- deleting rows that the script inserted is no finding
pragma foreign_keys = on;
update script set text = 'create table pp (id integer primary key);
create table cc (p references pp on delete cascade);
insert into pp values (1);
insert into cc values (1);
drop table pp';
select count(*) from lint;
--> 0

-- names are found in any case
update script set text = 'alter table BOOK add column "Made" text default current_date';
select message from lint;
--> column "Made" cannot be added to table book (about 2 rows, 4 kB): its default is not constant

-- the rows of a small table are counted
create table sized (id integer primary key, a text);
insert into sized values (1, 'x'), (1000000, 'y');
update script set text = 'alter table sized add column c default (1 + 1)';
select substr(message, instr(message, '(')) from lint;
--> (about 2 rows, 4 kB): its default is not constant

-- the rows of a large table are estimated from rowids and pages
with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
insert into sized select 1000000 + i, printf('%0100d', i) from n;
select message glob '*(about 2?,??? rows, 2.* MB): *' from lint;
--> 1

-- row counts come from the statistics if there are any
analyze sized;
select message like '%(about 20,002 rows, 2.% MB): %' from lint;
--> 1

-- a column named like the rowid is not read as the rowid
create table called (id integer primary key, _rowid_ text, RowId text);
insert into called select id, 'x', a from sized where id > 1000000;
update script set text = 'alter table called add column c default (1 + 1)';
select message glob '*(about 2?,??? rows, 2.* MB): *' from lint;
--> 1
