-- What dbmigrate_lint finds by trying a script on a copy of the schema, and what
-- it does not let the script do there.

.read script.inc
create table t (id integer primary key, a text);
create view v as select id, a from t;
insert into t values (1, 'x');
create virtual table words using fts5 (word, content = 't');
create trigger t_words after insert on t begin
	insert into words (words, rowid, word) values ('delete', new.id, new.a);
end;

-- statements are checked against the schema that the earlier ones leave
update script set text = 'create table u (a, b);
insert into u values (1, 2, 3);
insert into u select 1, 2;
create table u (a);
alter table u rename column a to c;
select a from u;
drop table u;
drop table u;
drop table if exists u;
create table u as select id, a as b from t;
insert into u (b) values (1);
selec 1;
select nosuch(1)';
select no, rule, severity, message from lint;
--> 2|refused|error|table u has 2 columns but 3 values were supplied
--> 4|refused|error|table u already exists
--> 6|refused|error|no such column: a
--> 8|refused|error|no such table: u
--> 12|refused|error|near "selec": syntax error
--> 13|refused|error|no such function: nosuch

-- the analysis changes nothing
select group_concat(name) from sqlite_schema where name = 'u';
select total_changes() > 0, count(*) from t;
--> 
--> 1|1

-- tables, functions and views of the caller's connection are known
create temp table mine (a);
create temp view mine_v as select * from mine;
attach ':memory:' as other;
create table other.far (a);
update script set text = 'select * from dbcare_functions();
select dbcare_version();
select * from mine_v;
insert into other.far select a from temp.mine;
alter table other.far rename to farther;
select * from other.farther;
select * from other.far;
insert into words (words, rowid, word) values (''delete'', 1, ''x'');
alter table t rename column a to b;
select b from v;
select * from pragma_table_list';
select no, rule, message from lint;
--> 7|refused|no such table: other.far

-- a broken view makes ALTER TABLE fail, as in SQLite
create view broken as select nosuch from t;
update script set text = 'alter table t rename to t2';
select message from lint;
alter table t rename to t2;
--> error in view broken: no such column: nosuch
--> ERROR: error in view broken: no such column: nosuch

-- a view that is broken in the scratch database alone is no error
drop view broken;
create view told as select name from dbcare_functions();
select count(*) from lint;
--> 0

-- an unknown module is reported as missing
update script set text = 'create virtual table g using nosuch (a)';
select message from lint where rule = 'refused';
--> no such module: nosuch

-- statements that read what the scratch database lacks are not refused
update script set text = 'create view functions as select name from dbcare_functions(); select * from functions';
select count(*) from lint where rule = 'refused';
--> 0

-- statements on attached files are not analysed
update script set text = 'attach ''nosuch.db'' as there;
select * from there.anything;
insert into there.something values (1);
detach there';
select count(*) from dbmigrate_lint((select text from script), '{"rules": ["refused"]}');
--> 0

-- the analysis runs no statement, PRAGMA or function
create temp table log (a);
create trigger t_log after insert on t begin select raise(abort, 'ran'); end;
update script set text = 'insert into t values (2, ''y'');
pragma user_version = 7;
pragma foreign_keys = on;
vacuum into ''made.db'';
attach ''made.db'' as made;
create table made.t (a);
create table big as with recursive c (x) as (select 1 union all select x + 1 from c) select x from c;
select load_extension(''nosuch'')';
select count(*) from lint where rule = 'refused';
pragma user_version;
pragma foreign_keys;
select count(*) from t;
.shell test -e made.db || echo 'no file'
--> 0
--> 0
--> 0
--> 1
--> no file

-- definitions written through writable_schema are only parsed
.once /dev/null
.dbconfig defensive off
pragma writable_schema = on;
insert into sqlite_schema (type, name, tbl_name, rootpage, sql)
values ('view', 'evil', 'evil', 0, 'create view evil as select load_extension(''x'') as a');
insert into sqlite_schema (type, name, tbl_name, rootpage, sql)
values ('table', 'ghost', 'ghost', 0, 'create virtual table ghost using nosuch (a)');
pragma writable_schema = reset;
update script set text = 'create table w (a); insert into w values (1, 2); select * from ghost; insert into ghost values (1)';
select no, rule, message from lint;
--> 2|refused|table w has 1 columns but 2 values were supplied

-- an analysis inside a transaction leaves it open
begin;
insert into log values (1);
select count(*) from lint;
rollback;
select count(*) from log;
--> 1
--> 0

-- a script that cannot be split is an error
update script set text = 'select 1; select ''x';
select no, rule, severity, message from lint;
--> 2|refused|error|unterminated quoted string

-- each migration is analysed with the connection's settings
.open :memory:
.read begin.inc
create table p (id integer primary key);
create table c (p_id references p on delete cascade);
insert into p values (1);
insert into c values (1);
pragma foreign_keys = on;
select file, rule from dbmigrate_lint('{"1_a.up.sql": "pragma foreign_keys = off; create table q (id integer); drop table p; alter table q rename to p", "2_b.up.sql": "drop table p"}',
	'{"rules": ["rebuild-cascade"]}');
select file, rule from dbmigrate_lint('{"1_a.up.sql": "pragma foreign_keys = off; create table q (id integer)", "2_b.up.sql": "drop table p"}',
	'{"rules": ["rebuild-cascade"]}');
--> 2_b.up.sql|rebuild-cascade

-- functions of JSON in a CHECK or an index are as safe as the connection says
select rule, message from dbmigrate_lint('create table doc (a text check (json_valid(a))); create index doc_kind on doc (json_extract(a, ''$.kind'')); insert into doc values (''{}'')');
select 'none';
--> none
