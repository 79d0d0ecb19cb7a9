-- dbcheck_integrity: the structure of the file.

-- an undamaged file gives no rows
create table sound (id integer primary key, a text);
create index sound_a on sound (a);
insert into sound select value, printf('%020d', value) from generate_series(1, 500);
select * from dbcheck_integrity();
select * from dbcheck_integrity('{"level": "quick"}');
select 'none';
--> none

-- wrong values are left to dbcheck_constraints
create table odd (a integer check (a > 0), b text);
insert into odd values (1, null);
pragma writable_schema = on;
update sqlite_schema set sql = 'create table odd (a integer check (a > 1), b text not null)' where name = 'odd';
.open test.db
.load ./dbcare
select count(*) from pragma_integrity_check;
select * from dbcheck_integrity();
--> 2

-- too many wrong values make the result incomplete
pragma ignore_check_constraints = on;
insert into odd select -value, '' from generate_series(1, 97);
pragma ignore_check_constraints = off;
select * from dbcheck_integrity();
pragma ignore_check_constraints = on;
insert into odd values (-98, '');
pragma ignore_check_constraints = off;
select * from dbcheck_integrity();
delete from odd;
select 'none' from (select count(*) as n from dbcheck_integrity()) where n = 0;
--> main|the check stopped at 100 problems: fix the rows listed by dbcheck_constraints(), then repeat the check|unknown|
--> none

-- level full finds an index that lacks entries
-- until 3.40: SQLite names the page in other words
pragma writable_schema = on;
create table other (a text);
create index "Other ""Index""" on other (a);
update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'Other "Index"') where name = 'sound_a';
delete from sqlite_schema where name = 'Other "Index"';
.open test.db
.load ./dbcare
select object, severity, fix_sql, count(*), min(problem) from dbcheck_integrity() group by 1, 2, 3 order by 1;
select object, severity, count(*) from dbcheck_integrity('{"level": "quick"}') group by 1, 2;
--> main|warning||5|Page 11 is never used
--> sound_a|critical|REINDEX main."sound_a";|95|row 1 missing from index sound_a
--> main|warning|5

-- fix_sql rebuilds the index, and VACUUM removes unused pages
.once fix.sql
select distinct fix_sql from dbcheck_integrity() where fix_sql is not null;
.read fix.sql
select distinct severity from dbcheck_integrity();
vacuum;
select * from dbcheck_integrity();
--> warning

-- an overwritten page is found, and which index has it: REINDEX would fail
.open zeros.db
create table sound (a unique);
.system dd if=/dev/zero of=zeros.db bs=4096 seek=2 count=1 conv=notrunc status=none
.open zeros.db
.load ./dbcare
select object, severity, problem, fix_sql from dbcheck_integrity('{"level": "quick"}');
--> sqlite_autoindex_sound_1|critical|its root page 3 is damaged: it is not a page of a table or an index|

-- damage that stops the search is reported with the first problem
.open ends.db
create table t (id integer primary key, a text);
create index t_a on t (a);
insert into t select value, printf('%0200d', value) from generate_series(1, 2000);
.system dd if=/dev/urandom of=ends.db bs=4096 seek=40 count=3 conv=notrunc status=none
.open ends.db
.load ./dbcare
select count(*) > 0, sum(severity = 'critical') > 0, sum(severity = 'unknown') from dbcheck_integrity();
select distinct source, severity from dbcheck_run('{"sources": ["integrity"]}');
--> 1|1|0
--> integrity|critical

-- rows in the wrong order are found
.open places.db
create table sound (a);
insert into sound values (1), (2);
.system dd if=places.db of=places.db bs=1 skip=4106 seek=4104 count=2 conv=notrunc status=none
.open places.db
.load ./dbcare
select object, severity, problem from dbcheck_integrity();
--> sound|critical|its root page 2 is damaged: its rows are out of order; 1 row can still be read

-- damage is named with its table, its pages and the rows that are left
.open named.db
create table orders (id integer primary key, a text);
create table log (at, a text);
create table key (a text primary key, b) without rowid;
insert into orders select value, printf('%0400d', value) from generate_series(1, 100);
insert into log select value, printf('%04000d', value) from generate_series(1, 10);
insert into log select value, printf('%09000d', value) from generate_series(11, 20);
insert into key select printf('%0300d', value), value from generate_series(1, 100);
.system cp named.db sound.db
.system dd if=/dev/zero of=named.db bs=4096 seek=6 count=1 conv=notrunc status=none
.open named.db
.load ./dbcare
select * from dbcheck_integrity();
--> orders|page 7 is damaged: it is not a page of a table or an index; 91 rows can still be read|critical|

-- several damaged pages are one problem
.system dd if=/dev/urandom of=named.db bs=4096 seek=8 count=1 conv=notrunc status=none
.open named.db
.load ./dbcare
select object, substr(problem, 1, 52) from dbcheck_integrity() where object = 'orders';
--> orders|pages 7 and 9 are damaged, the first because it is n

-- with a destroyed root no row is left, but there are pages with rows
.system cp sound.db named.db
.system dd if=/dev/zero of=named.db bs=4096 seek=1 count=1 conv=notrunc status=none
.open named.db
.load ./dbcare
select object, problem from dbcheck_integrity();
--> orders|its root page 2 is damaged: it is not a page of a table or an index; no row can still be read
--> main|100 rows in 12 pages can be read, but no table leads to them

-- a zeroed overflow page costs the row that has it
.system cp sound.db named.db
.once page.sh
select printf('dd if=/dev/zero of=named.db bs=4096 seek=%d count=1 conv=notrunc status=none', min(pageno) - 1)
from (select * from dbstat where name = 'log' and pagetype = 'overflow');
.system sh page.sh
.open named.db
.load ./dbcare
select object, problem glob 'page * is damaged: the overflow pages of a row are damaged; 19 rows can still be read'
from dbcheck_integrity('{"level": "quick"}');
--> log|1

-- a table without rowid counts its rows, too
.system cp sound.db named.db
.once page.sh
select printf('dd if=/dev/zero of=named.db bs=4096 seek=%d count=1 conv=notrunc status=none', max(pageno) - 1)
from (select * from dbstat where name = 'key' and pagetype = 'leaf' and path glob '/00*');
.system sh page.sh
.open named.db
.load ./dbcare
select object, problem glob 'page * is damaged: it is not a page of a table or an index; ?? rows can still be read'
from dbcheck_integrity();
--> key|1

-- a file that was cut, which SQLite reads only so, says where
.system cp sound.db named.db
.system truncate -s 81920 named.db
.open named.db
pragma writable_schema = on;
.load ./dbcare
select object, problem from dbcheck_integrity() limit 1;
--> main|the file ends after page 20 of 57

-- a damaged list of free pages is damage of the file
.system cp sound.db named.db
.open named.db
delete from log;
.system printf '\\377\\377' | dd of=named.db bs=1 seek=34 conv=notrunc status=none
.open named.db
.load ./dbcare
select object, problem glob 'the list of free pages is damaged: the header, page 1 refers to page *' from dbcheck_integrity();
--> main|1

-- pages in the write-ahead log are read there
.system cp sound.db named.db
.open named.db
pragma journal_mode = wal;
update orders set a = a || 'x';
.system dd if=/dev/zero of=named.db bs=4096 seek=6 count=1 conv=notrunc status=none
.load ./dbcare
select count(*) from dbcheck_integrity();
pragma wal_checkpoint(truncate);
select count(*) from dbcheck_integrity();
--> wal
--> 0
--> 0|0|0
--> 0

-- only the table that calls a forbidden function is not checked
-- until 3.40: SQLite 3.46 does not miss entries of a partial index
.open risky.db
create table risky (a check (writefile('planted', 'x')));
pragma ignore_check_constraints = on;
insert into risky values (1);
pragma ignore_check_constraints = off;
create table edit (a);
insert into edit values (1), (2);
create index edit_a on edit (a);
pragma writable_schema = on;
update sqlite_schema set sql = 'create index edit_a on edit (a) where a > 1' where name = 'edit_a';
pragma writable_schema = reset;
.load ./dbcare
select object, severity, problem from dbcheck_integrity();
select object, severity, problem from dbcheck_integrity('{"level": "quick"}');
select severity, check_id, object, coalesce(message, '') from dbhealth_checks('{"level": "full"}')
where check_id glob 'integrity*' and severity <> 'ok';
select dbcheck_repair() ->> '$.indexes';
.shell test ! -e planted
--> edit_a|critical|wrong # of entries in index edit_a
--> risky|unknown|unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS: this table and the free pages of the file were not checked
--> risky|unknown|unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS: this table and the free pages of the file were not checked
--> unknown|integrity_structure|risky|risky could not be checked
--> critical|integrity_index_match|edit_a|edit_a does not match its table: wrong # of entries in index edit_a
--> unknown|integrity_index_match|risky|risky could not be checked
--> [{"problem":"wrong # of entries in index edit_a","index_name":"edit_a"}]

-- a table named like a table-valued function is not read in its place
-- until 3.43: later versions check full-text tables, and SQLite 3.50 refuses such a table
.open shadows.db
create virtual table json_each using fts4 (key, value, type, atom, id, parent, fullkey, path);
create virtual table dbstat using fts4 (name, path, pageno, pgsize);
create table json_tree (a);
create table risky (a check (writefile('planted', 'x')), b integer primary key);
pragma ignore_check_constraints = on;
insert into risky values (1, 1);
pragma ignore_check_constraints = off;
.load ./dbcare
select object, severity, problem from dbcheck_integrity();
select group_concat(distinct severity) from dbhealth_checks('{"level": "full"}') where check_id glob 'integrity*';
select dbcheck_repair('{"indexes": true}') ->> '$.indexes';
select count(*) from dbcheck_row('risky', '{"a": 1}');
select count(*) > 0 from dbhealth_tables;
.shell test ! -e planted || echo planted
--> risky|unknown|unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS: this table and the free pages of the file were not checked
--> dbstat|unknown|this version of SQLite can only check it with INSERT INTO "dbstat" ("dbstat") VALUES ('integrity-check')
--> json_each|unknown|this version of SQLite can only check it with INSERT INTO "json_each" ("json_each") VALUES ('integrity-check')
--> unknown
--> []
--> 1
--> 1

-- rebuilding an index runs no SQL from SQLite's internal tables
-- until 3.49: SQLite 3.50 refuses to read such a schema
.open notes.db
.load ./dbcare
create table a (id integer primary key autoincrement, b);
create index a_b on a (b);
insert into a (b) values (1);
analyze;
pragma writable_schema = on;
update sqlite_schema set sql = 'create table sqlite_stat1 (tbl, idx, stat, check (writefile(''planted'', tbl)))' where name = 'sqlite_stat1';
pragma writable_schema = reset;
select dbmigrate_rebuild('a', 'create table a (id integer primary key autoincrement, b, c)') -> 'rows';
pragma writable_schema = on;
update sqlite_schema set sql = 'create table sqlite_stat1 (tbl, idx, stat)' where name = 'sqlite_stat1';
update sqlite_schema set sql = 'create table sqlite_sequence (name, seq, check (writefile(''planted'', name)))' where name = 'sqlite_sequence';
pragma writable_schema = reset;
select dbmigrate_rebuild('a', 'create table a (id integer primary key autoincrement, b, c)') -> 'rows';
.shell test ! -e planted || echo planted
--> ERROR: dbcare: unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS (23)
--> ERROR: dbcare: unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS (23)

-- text that is not valid UTF-8 is found
.open text.db
create table note (id integer primary key, "a b" text, b, c as ('x'));
insert into note values (1, cast(x'c3' as text), x'ff'), (2, 'ä', cast(x'80' as text)), (3, 'a', 1);
create table sound (a text);
.load ./dbcare
select * from dbcheck_integrity();
select count(*) from dbcheck_integrity('{"level": "quick"}');
select severity, object, message from dbhealth_checks('{"checks": ["invalid_text"], "level": "full"}');
--> note|2 rows have text in a b, b that is not valid UTF-8|warning|
--> 0
--> warning|note|note: 2 rows have text in a b, b that is not valid UTF-8

-- a full-text table that this version cannot check is unknown
-- until 3.43: later versions check it
.open words.db
create virtual table own using fts5(x);
insert into own values ('hello world'), ('foo hello');
delete from own_data where id > 10;
.load ./dbcare
select object, problem, severity from dbcheck_integrity();
select source, name, severity from dbcheck_run();
--> own|this version of SQLite can only check it with INSERT INTO "own" ("own") VALUES ('integrity-check')|unknown
--> integrity|own|unknown

-- a null in the key of a shadow table is damage
.open keys.db
create virtual table own using fts5(x);
insert into own values ('hello world'), ('foo hello');
.system printf '\\000' | dd of=keys.db bs=1 seek=12284 conv=notrunc status=none
.open keys.db
.load ./dbcare
select integrity_check from pragma_integrity_check;
select object, problem, severity from dbcheck_integrity() where severity <> 'unknown';
select severity, message from dbhealth_checks('{"checks": ["integrity_structure"], "level": "full"}');
--> NULL value in own_idx.segid
--> main|NULL value in own_idx.segid|critical
--> critical|main is damaged: NULL value in own_idx.segid

-- what is saved has views, triggers, sequences and virtual tables, too
.open whole.db
create table numbered (id integer primary key autoincrement, a default 'x');
insert into numbered values (7, 'a'), (9, 'b');
delete from numbered where id = 9;
alter table numbered add column later default 'new';
create view shown as select a from numbered;
create trigger blocked before insert on numbered begin select raise(abort, 'blocked'); end;
create virtual table words using fts5(x);
insert into words values ('hello world'), ('foo hello');
create virtual table boxes using rtree(id, a, b);
insert into boxes values (1, 2, 3);
.open :memory:
.load ./dbcare
select json_extract(dbcheck_salvage('whole.db', 'saved.db'), '$.success');
select dbcheck_salvage('whole.db', 'saved.db');
select dbcheck_salvage('whole.db', 'other.db', '{"restored": "none.db"}');
select dbcheck_salvage('none.db', 'other.db');
.shell test ! -e other.db
.open saved.db
pragma integrity_check;
select *, (select seq from sqlite_sequence) from numbered;
select count(*) from words where words match 'hello';
select * from boxes;
select a from shown;
insert into numbered values (1, 'c', 'd');
--> 1
--> ERROR: dbcare: "saved.db" exists already. Name a file that does not exist.
--> ERROR: dbcare: cannot open "none.db". Restore a backup to a new file first: dbbackup_restore().
--> ERROR: dbcare: cannot open "none.db" (10)
--> ok
--> 7|a|new|9
--> 2
--> 1|2.0|3.0
--> a
--> ERROR: blocked (19)

-- a transaction that was not rolled back, and cannot be, is said to be
.system printf x >saved.db-journal
.open :memory:
.load ./dbcare
select json_extract(dbcheck_salvage('saved.db', 'again.db'), '$.lost[0].problem');
--> a transaction was interrupted, and its rollback journal cannot be read: some rows may be as it has changed them
