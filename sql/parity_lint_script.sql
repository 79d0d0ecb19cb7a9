-- Lint: rules about scripts as a whole and sets of them, comments that suppress.
-- one pair of BEGIN and COMMIT may stay, nothing else that touches the transaction
select statement_no, line, rule, severity, message, suggestion from dbmigrate_lint('begin; create table a (b integer); commit');
select statement_no, line, rule, severity, message, suggestion from dbmigrate_lint('begin;
create table a (b integer);
commit;
select 1;
rollback');
select statement_no, line, rule, severity, message, suggestion from dbmigrate_lint('begin; create table a (b integer)');
select rule, message from dbmigrate_lint('savepoint s; create table a (b integer); release s');
-- text that is no SQL
select statement_no, line, rule, severity from dbmigrate_lint('select 1;
selec 2');
select count(*) from dbmigrate_lint('');
select count(*) from dbmigrate_lint('-- nothing');
-- what stays when a later statement fails
select statement_no, rule, message from dbmigrate_lint('create table a (b integer); create table if not exists c (d integer); drop table e', '{"transactional": false, "rules": ["missing-if-exists"]}');
select count(*) from dbmigrate_lint('create table a (b integer)', '{"transactional": false, "rules": ["missing-if-exists"]}');
select count(*) from dbmigrate_lint('create table a (b integer); drop table e', '{"rules": ["missing-if-exists"]}');
-- comments: ours, those of others, and those that suppress nothing
select statement_no, rule from dbmigrate_lint('drop table one; drop table two', '{"ignore": ["refused"]}');
select statement_no, rule from dbmigrate_lint('-- dbcare: ignore drop-table
drop table one; drop table two; -- DBCARE: ignore drop-table, drop-column', '{"ignore": ["refused"]}');
select statement_no, rule from dbmigrate_lint('/* dbcare: ignore-file drop-table */
drop table one; drop table two', '{"ignore": ["refused"]}');
select statement_no, rule from dbmigrate_lint('-- squawk-ignore ban-drop-table
drop table one;
-- atlas:nolint DS102
drop table two;
-- atlas:nolint
drop table three;
-- squawk-ignore ban-drop-column
drop table four', '{"ignore": ["refused"]}');
select statement_no, line, rule, message, suggestion from dbmigrate_lint('select 1;
-- dbcare: ignore drop-table
select 2;
-- dbcare: ignore
select 3;
-- squawk-ignore some-rule-of-tomorrow
select 4;
-- eugene: ignore E6
select ''-- dbcare: ignore drop-table'';
-- dbcare: ignore-file drop-table');
-- sets: a gap between numbers, a way back that only one has not
select statement_no, line, rule, severity, message, suggestion, file from dbmigrate_lint('{"001_a.up.sql": "select 1", "001_a.down.sql": "select 1", "004_b.up.sql": "select 2"}');
select count(*) from dbmigrate_lint('{"20240101120000_a.up.sql": "select 1", "20240103120000_b.up.sql": "select 2"}');
select rule, file from dbmigrate_lint('{"001_a.sql": "begin", "002_b.sql": "commit"}', '{"format": "plain", "start_after": "001"}');
select rule, file from dbmigrate_lint('{"001_a.sql": "begin", "002_b.sql": "commit"}', '{"format": "plain", "versions": ["001"]}');
-- which rules
select rule from dbmigrate_lint('begin; drop table one', '{"rules": ["uncommitted"]}');
select rule from dbmigrate_lint('begin; drop table one', '{"ignore": ["drop-table", "refused"]}');
select statement_no, rule, message from dbmigrate_lint('create table a (b integer)', '{"rules": ["drop_table"]}');
select * from dbmigrate_lint('select 1', '{"target": "oracle"}');
select * from dbmigrate_lint('select 1', '{"target_version": "latest"}');
select * from dbmigrate_lint('select 1', '{"rule": ["drop-table"]}');
select * from dbmigrate_lint('{"001_a.up.sql": 1}');
select * from dbmigrate_lint(null);
-- the plan shows it; in production errors are refused unless told
select dbmigrate_add('1', 'one', 'create table one (a integer)', 'drop table one') is null;
select dbmigrate_apply() is null;
insert into one (a) values (1);
select dbmigrate_add('2', 'required', 'alter table one add column b integer not null') is null;
select dbmigrate_add('3', 'judged', '-- dbcare: ignore drop-table
drop table one') is null;
select version, statement_no, finding from dbmigrate_plan('3');
select dbcare_set('environment', 'production') is null;
select dbmigrate_apply();
call dbmigrate_deploy();
select dbmigrate_apply('2', '{"dry_run": true}');
select dbmigrate_apply('2', '{"skip_lint": 1}');
select version, state from dbmigrate_status();
-- told so, it is the engine that decides
select count(*) from one;
delete from one;
select dbmigrate_apply('2', '{"skip_lint": true}') is null;
select version, state from dbmigrate_status();
