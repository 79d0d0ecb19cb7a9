-- What a migration may hold, and how it is run.

-- ---- statements of every kind ----

-- a trigger with its body is one statement
create table log (line);
select dbmigrate_add('1', 'triggers', '
create table t (id integer primary key, a text default '';'');
create trigger t_ai after insert on t begin
	insert into log values (''i;'' || new.id); -- a comment; in it
	insert into log select case when new.a = ''end'' then ''e'' else ''n'' end;
end;
create temp trigger t_ad after delete on main.t when old.id > 1 begin insert into log values (''d'' || old.id); end;
insert into t values (1, ''end''), (2, ''x'');
delete from t;
drop trigger t_ad', 'drop table t') ->> 'version';
select statement_no, substr(statement, 1, 24) from dbmigrate_plan;
select dbmigrate_apply() ->> 'success';
select line from log order by rowid;
--> 1
--> 1|create table t (id integ
--> 2|create trigger t_ai afte
--> 3|create temp trigger t_ad
--> 4|insert into t values (1,
--> 5|delete from t
--> 6|drop trigger t_ad
--> 1
--> i;1
--> e
--> i;2
--> n
--> d2

-- rows that statements return are ignored
select dbmigrate_add('2', 'returning', 'insert into t values (7, ''seven'') returning id, a;
update t set a = ''SEVEN'' returning *; select * from t; pragma table_info(t); values (1), (2);
with recursive c(n) as (values (1) union all select n + 1 from c where n < 3) insert into t select 10 + n, n from c;
delete from t where id = 11 returning id', 'delete from t') ->> 'version';
select dbmigrate_apply() ->> 'success';
select id, a from t;
--> 2
--> 1
--> 7|SEVEN
--> 12|2
--> 13|3

-- comments, quotes and brackets hide semicolons
select dbmigrate_add('3', 'quotes', '/* one; /* two; */ create table [a;b] ("c;d" text, `e;f` text default ''it''''s; '', ''g;h'' text);;
 -- three;
insert into [a;b] ("c;d") values (''/*;--'') /* open to the end', 'drop table [a;b]') ->> 'version';
select statement_no, statement, finding from dbmigrate_plan;
select dbmigrate_apply();
select dbmigrate_add('3', 'quotes', '/* one; /* two; */ create table [a;b] ("c;d" text, `e;f` text default ''it''''s; '', ''g;h'' text);;
 -- three;
insert into [a;b] ("c;d") values (''/*;--'') -- to the end', 'drop table [a;b]') ->> 'version';
select dbmigrate_apply() ->> 'success';
select * from "a;b";
select count(*) from dbmigrate_plan(null, '{"direction": "down"}');
--> 3
--> 2||error refused: unterminated comment. In migration 3 up, statement 2, line 3.
--> ERROR: dbcare: unterminated comment. In migration 3 up, statement 2, line 3.
--> 3
--> 1
--> /*;--|it's; |
--> 1

-- scripts can create virtual tables
select dbmigrate_add('4', 'virtual', 'create virtual table words using fts5 (word);
insert into words values (''hello world''), (''goodbye'');
create virtual table boxes using rtree (id, x0, x1); insert into boxes values (1, 0, 1);
create table generated (a int, b int as (a * 2) stored) strict;
insert into generated values (2); create view looks as select b from generated;
create unique index "ux" on generated (b) where a is not null; analyze', 'drop table words; drop table boxes; drop view looks; drop table generated') ->> 'version';
select dbmigrate_apply() ->> 'success';
select word, (select count(*) from boxes), (select b from looks) from words where words match 'world';
select dbmigrate_rollback() ->> 'rolled_back';
select count(*) from sqlite_schema where name glob 'words*' or name glob 'boxes*' or name in ('looks', 'generated');
select dbmigrate_apply(null, '{"dry_run": true}') ->> 'applied';
select count(*) from sqlite_schema where name glob 'words*';
--> 4
--> 1
--> hello world|1|4
--> ["4"]
--> 0
--> ["4"]
--> 0

-- a byte order mark and Windows line ends are accepted
select dbmigrate_add('5', 'windows', char(0xfeff) || 'create trigger w after insert on t begin select 1;' || char(13, 10) || 'end;' || char(13, 10) || '-- ü' || char(13, 10)
	|| 'insert into nowhere values (1);' || char(13, 10), 'drop table w') ->> 'version';
select dbmigrate_apply('5', '{"on_error": "report"}') ->> 'error' ->> 'line';
select dbmigrate_apply('5');
--> 5
--> 4
--> ERROR: dbcare: no such table: nowhere. In migration 5 up, statement 2, line 4.

-- byte order marks inside joined files are accepted
select dbmigrate_add('5', 'joined', 'create table joined (a);' || char(10, 0xfeff) || 'rollback;') ->> 'version';
select dbmigrate_apply();
select dbmigrate_add('5', 'joined', 'create table joined (a);' || char(10, 0xfeff) || 'pragma recursive_triggers = on;', 'select 1') ->> 'version';
begin;
select dbmigrate_apply() ->> 'success';
rollback;
select recursive_triggers from pragma_recursive_triggers;
--> 5
--> ERROR: dbcare: ROLLBACK is not allowed in a migration. In migration 5 up, statement 2, line 2. dbcare runs all migrations of a call in one transaction; only pairs of BEGIN and COMMIT are allowed.
--> 5
--> 1
--> 0

-- an error names the line inside the statement
-- since 3.38: SQLite 3.37 does not know the place of an error
select dbmigrate_add('5', 'line', 'create table w (a);

insert into w
select a,
	b
from t;') ->> 'version';
select dbmigrate_apply();
--> 5
--> ERROR: dbcare: no such column: b. In migration 5 up, statement 2, line 5.

-- ---- what is refused ----

-- statements that cannot run inside a transaction are refused
create table refused (no integer primary key, statement text);
insert into refused (statement) values ('vacuum'), ('VACUUM main'), ('attach '':memory:'' as x'), ('detach x'),
	('pragma journal_mode = wal'), ('pragma main.journal_mode(delete)'), ('pragma synchronous = 0'), ('pragma temp_store = 2'), ('pragma case_sensitive_like = 1'), ('pragma hard_heap_limit = 1000000000'), ('pragma wal_checkpoint'),
	('commit; commit'), ('end; end'), ('rollback'), ('savepoint s'), ('release s'), ('begin; begin'), ('.tables'), ('\connect x'), ('copy t from stdin'), ('select 1;
.read x');
.once refused.sql
select printf('.once added.txt%sselect dbmigrate_add(''5'', ''refused'', %Q);%sselect dbmigrate_apply();',
	char(10), 'select 1; ' || statement, char(10))
from refused
order by no;
.read refused.sql
--> ERROR: dbcare: VACUUM cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: VACUUM cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: ATTACH cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: DETACH cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: PRAGMA journal_mode cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: PRAGMA journal_mode cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: PRAGMA synchronous cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: PRAGMA temp_store cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: PRAGMA case_sensitive_like cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: PRAGMA hard_heap_limit cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: PRAGMA wal_checkpoint cannot run inside a transaction. In migration 5 up, statement 2, line 1. Run the migration with dbmigrate_deploy().
--> ERROR: dbcare: COMMIT is not allowed in a migration. In migration 5 up, statement 3, line 1. dbcare runs all migrations of a call in one transaction; only pairs of BEGIN and COMMIT are allowed.
--> ERROR: dbcare: END is not allowed in a migration. In migration 5 up, statement 3, line 1. dbcare runs all migrations of a call in one transaction; only pairs of BEGIN and COMMIT are allowed.
--> ERROR: dbcare: ROLLBACK is not allowed in a migration. In migration 5 up, statement 2, line 1. dbcare runs all migrations of a call in one transaction; only pairs of BEGIN and COMMIT are allowed.
--> ERROR: dbcare: SAVEPOINT is not allowed in a migration. In migration 5 up, statement 2, line 1. dbcare runs all migrations of a call in one transaction; only pairs of BEGIN and COMMIT are allowed.
--> ERROR: dbcare: RELEASE is not allowed in a migration. In migration 5 up, statement 2, line 1. dbcare runs all migrations of a call in one transaction; only pairs of BEGIN and COMMIT are allowed.
--> ERROR: dbcare: BEGIN is not allowed in a migration. In migration 5 up, statement 3, line 1. dbcare runs all migrations of a call in one transaction; only pairs of BEGIN and COMMIT are allowed.
--> ERROR: dbcare: .tables is not allowed in a migration. In migration 5 up, statement 2, line 1. Write the rows as INSERT statements: only a client program can run the statement.
--> ERROR: dbcare: \connect is not allowed in a migration. In migration 5 up, statement 2, line 1. Write the rows as INSERT statements: only a client program can run the statement.
--> ERROR: dbcare: copy is not allowed in a migration. In migration 5 up, statement 2, line 1. Write the rows as INSERT statements: only a client program can run the statement.
--> ERROR: dbcare: .read is not allowed in a migration. In migration 5 up, statement 3, line 2. Write the rows as INSERT statements: only a client program can run the statement.

-- a refused script runs no statement
select version, state from dbmigrate_status where version = '5';
select name from pragma_database_list;
select journal_mode from pragma_journal_mode;
--> 5|pending
--> main
--> temp
--> delete

-- reading a PRAGMA is accepted
select dbmigrate_add('5', 'asks', 'pragma journal_mode; pragma synchronous; pragma temp_store; pragma user_version = 7; pragma application_id = 8') ->> 'version';
select dbmigrate_apply() ->> 'success';
pragma user_version;
pragma application_id;
--> 5
--> 1
--> 7
--> 8

-- ---- settings of the connection ----

-- settings are restored after a script
pragma recursive_triggers = off;
pragma cache_size = 123;
select dbmigrate_add('6', 'settings', 'pragma recursive_triggers = on; pragma cache_size(456);
pragma ignore_check_constraints = on; pragma defer_foreign_keys = on; pragma legacy_alter_table = on; pragma writable_schema = on;
pragma query_only = off;
create table state as select (select recursive_triggers from pragma_recursive_triggers) as triggers,
	(select cache_size from pragma_cache_size) as size, (select writable_schema from pragma_writable_schema) as writable,
	(select legacy_alter_table from pragma_legacy_alter_table) as legacy', 'drop table state') ->> 'version';
select dbmigrate_apply() ->> 'success';
select triggers, size, writable, legacy from state;
select (select recursive_triggers from pragma_recursive_triggers), (select cache_size from pragma_cache_size),
	(select writable_schema from pragma_writable_schema), (select legacy_alter_table from pragma_legacy_alter_table),
	(select ignore_check_constraints from pragma_ignore_check_constraints), (select defer_foreign_keys from pragma_defer_foreign_keys);
--> 6
--> 1
--> 1|456|1|1
--> 0|123|0|0|0|0

-- settings are restored after a failed script
select dbmigrate_add('7', 'fails', 'pragma cache_size = 9; pragma foreign_keys = on; pragma recursive_triggers = on; select * from nowhere') ->> 'version';
select dbmigrate_apply();
select (select cache_size from pragma_cache_size), (select foreign_keys from pragma_foreign_keys), (select recursive_triggers from pragma_recursive_triggers);
--> 7
--> ERROR: dbcare: no such table: nowhere. In migration 7 up, statement 4, line 1.
--> 123|0|0

-- PRAGMAs that replace the application's handlers are skipped
.timeout 3000
begin;
select dbmigrate_add('7', 'handlers', 'pragma busy_timeout = 5; pragma wal_autocheckpoint(7); pragma busy_timeout') ->> 'version';
.log stdout
select dbmigrate_apply() ->> 'success';
.log off
rollback;
pragma busy_timeout;
pragma wal_autocheckpoint;
.timeout 0
--> 7
--> (27) dbcare: PRAGMA busy_timeout is skipped: it would replace a handler of the application
--> (27) dbcare: PRAGMA wal_autocheckpoint is skipped: it would replace a handler of the application
--> 1
--> 3000
--> 1000

-- a PRAGMA in EXPLAIN is refused
begin;
select dbmigrate_add('7', 'explains', 'explain pragma recursive_triggers = on') ->> 'version';
select dbmigrate_apply();
select dbmigrate_add('7', 'explains', 'explain /* the */ query plan pragma recursive_triggers = on') ->> 'version';
select dbmigrate_apply();
select dbmigrate_add('7', 'explains', 'explain query plan select * from t; explain create table explained (a)', null, '{"verify_sql": "explain pragma recursive_triggers = on"}') ->> 'version';
select dbmigrate_apply(null, '{"verify": false}') ->> 'success';
select message from dbmigrate_verify where version = '7';
rollback;
select recursive_triggers from pragma_recursive_triggers;
--> 7
--> ERROR: dbcare: a PRAGMA cannot be explained: SQLite would run it. In migration 7 up, statement 1, line 1.
--> 7
--> ERROR: dbcare: a PRAGMA cannot be explained: SQLite would run it. In migration 7 up, statement 1, line 1.
--> 7
--> 1
--> a PRAGMA cannot be explained: SQLite would run it
--> 0

-- verify_sql cannot write
select dbmigrate_add('7', 'verified', 'select 1', null, '{"verify_sql": "pragma cache_size = 5; select cache_size = 5 from pragma_cache_size"}') ->> 'version';
select dbmigrate_add('7.1', 'sly', 'select 1', null, '{"verify_sql": "select 1; delete from t returning 1"}') ->> 'version';
select dbmigrate_add('7.2', 'slyer', 'select 1', null, '{"verify_sql": "pragma user_version = 99"}') ->> 'version';
select dbmigrate_add('7.3', 'slyest', 'select 1', null, '{"verify_sql": "pragma synchronous = off; select 1"}') ->> 'version';
select dbmigrate_add('7.4', 'attaches', 'select 1', null, '{"verify_sql": "attach '':memory:'' as sly; select 1"}') ->> 'version';
select dbmigrate_add('7.5', 'temporary', 'select 1', null, '{"verify_sql": "create temp table sly (a); select 1"}') ->> 'version';
select dbmigrate_apply(null, '{"verify": false}') ->> 'success';
select version, finding, message from dbmigrate_verify;
select (select cache_size from pragma_cache_size), (select synchronous from pragma_synchronous), count(*) > 0 from t;
select name from pragma_database_list;
--> 7
--> 7.1
--> 7.2
--> 7.3
--> 7.4
--> 7.5
--> 1
--> 7.1|verify_error|the script is not read-only
--> 7.2|verify_error|the script is not read-only
--> 7.3|verify_error|the script is not read-only
--> 7.4|verify_error|the script is not read-only
--> 7.5|verify_error|the script is not read-only
--> 123|2|1
--> main
--> temp

-- ---- one text for each engine ----

-- a pair of scripts gives each engine its own
select dbmigrate_add('8', 'pair', '{"postgresql": "create extension hstore", "sqlite": "create table pair (a)"}',
	'{"postgresql": "drop extension hstore", "sqlite": "drop table pair"}') ->> 'version';
select direction, statement from dbmigrate_plan;
select dbmigrate_apply() ->> 'applied';
select direction, statement from dbmigrate_plan(null, '{"direction": "down"}');
select dbmigrate_rollback() ->> 'rolled_back';
--> 8
--> up|create table pair (a)
--> ["8"]
--> down|drop table pair
--> ["8"]

-- a pair without a script for SQLite is refused
select dbmigrate_add('8', 'pair', '{"postgresql": "create extension hstore"}');
select dbmigrate_add('8', 'pair', '{"sqlite": "create table pair (a)"}', '{"postgresql": "drop table pair"}');
select dbmigrate_add('8', 'pair', '{"sqlite": "create table pair (a)", "mysql": ""}');
select dbmigrate_add('8', 'pair', '{"postgresql": "create extension hstore", "sqlite": 1}');
--> ERROR: dbcare: up_sql has no text for sqlite. Pass a text for each of the keys postgresql and sqlite; an empty text does nothing.
--> ERROR: dbcare: up_sql has no text for postgresql. Pass a text for each of the keys postgresql and sqlite; an empty text does nothing.
--> ERROR: dbcare: up_sql starts with "{". The options were passed in place of this argument: pass null for an omitted argument, or name the argument options.
--> ERROR: dbcare: up_sql starts with "{". The options were passed in place of this argument: pass null for an omitted argument, or name the argument options.

-- an empty script does nothing
select dbmigrate_add('8', 'pair', '{"postgresql": "create extension hstore", "sqlite": ""}') ->> 'version';
select count(*) from dbmigrate_plan;
select dbmigrate_apply() ->> 'applied';
--> 8
--> 0
--> ["8"]

-- the option role is refused
select dbmigrate_apply(null, '{"role": "ann"}');
--> ERROR: dbcare: option "role" exists on PostgreSQL only. Remove the option role.

-- constraints are added and removed by ALTER TABLE
-- since 3.53: ALTER TABLE adds and removes NOT NULL and CHECK
.open alter.db
.read begin.inc
create table t (id integer primary key, a int, b int not null, constraint c check (b > 0));
insert into t values (1, 1, 1);
select dbmigrate_add('1', 'constraints', 'alter table t alter column a set not null;
	alter table t alter column b drop not null;
	alter table t add constraint d check (a > 0);
	alter table t drop constraint c') ->> 'action';
select count(*) from dbmigrate_plan() where finding is not null;
select dbmigrate_apply() ->> 'applied';
select sql from sqlite_schema where name = 't';
select count(*) from dbmigrate_verify();
--> added
--> 0
--> ["1"]
--> CREATE TABLE t (id integer primary key, a int not null, b int, constraint d check (a > 0))
--> 0
