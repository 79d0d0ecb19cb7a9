-- verify_sql: runs after each migration, and fails it.
select dbcare_set('actor', 'tester');
select dbmigrate_add('1', 'good', 'create table one (id integer primary key)', 'drop table one', '{"verify_sql": "select count(*) = 0 from one"}') ->> 'version';
select dbmigrate_add('2', 'false', 'create table two (id integer primary key)', 'drop table two', '{"verify_sql": "select 1;\nselect count(*) = 1 from two"}') ->> 'version';
-- nothing of the call stays
select dbmigrate_apply();
select version, state from dbmigrate_status();
-- those before stay, and the place of the failure is reported
select error ->> 'message', error ->> 'context', error ->> 'sqlstate', error ->> 'statement_no', error ->> 'line' from (select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' as error) as r;
select version, state from dbmigrate_status();
select event, version, error from dbmigrate_history() where event <> 'register';
-- an error, and an attempt to write
select dbmigrate_add('2', 'error', 'create table two (id integer primary key)', 'drop table two', '{"verify_sql": "select 1;\n\nselect absent from two"}') ->> 'version';
select result -> 'error' ->> 'context', result ->> 'failed' from (select dbmigrate_apply(null, '{"on_error": "report"}') as result) as r;
select dbmigrate_add('2', 'writes', 'create table two (id integer primary key)', 'drop table two', '{"verify_sql": "insert into two values (1)"}') ->> 'version';
select result ->> 'failed', result -> 'error' ->> 'context' from (select dbmigrate_apply(null, '{"on_error": "report"}') as result) as r;
-- a dry run verifies, too
select dbmigrate_add('2', 'null', 'create table two (id integer primary key)', 'drop table two', '{"verify_sql": "select max(id) from two"}') ->> 'version';
select dbmigrate_apply(null, '{"dry_run": true}');
select r ->> 'up', r -> 'error' ->> 'message', r -> 'error' ->> 'context' from (select dbmigrate_test() -> 'results' -> 0 as r) as t;
-- it can be left out
select dbmigrate_apply(null, '{"verify": "no"}');
select dbmigrate_apply(null, '{"verify": false}') ->> 'applied';
select version, finding, message from dbmigrate_verify();
-- a rollback does not verify
select dbmigrate_rollback() ->> 'rolled_back';
-- deploy: the migration is undone, those before stay
select dbmigrate_add('1.5', 'between', 'create table between_them (id integer primary key)', 'drop table between_them') ->> 'version';
call dbmigrate_deploy(null, '{"allow_out_of_order": true}');
select version, state from dbmigrate_status();
select count(*) from between_them;
call dbmigrate_deploy(null, '{"verify": false, "on_error": "report"}');
call dbmigrate_deploy('1.5', '{"rollback": true}');
-- outside a transaction what has run stays; the next deploy verifies again
select dbmigrate_add('2', 'outside', 'create table two (id integer primary key); insert into two values (0)', 'drop table two', '{"transactional": false, "verify_sql": "select count(*) = 2 from two"}') ->> 'version';
call dbmigrate_deploy();
select version, state from dbmigrate_status();
insert into two values (1);
call dbmigrate_deploy();
select version, state from dbmigrate_status();
select event, version, error from dbmigrate_history() where version = '2' and event = 'failure' and error like '%returned%';
