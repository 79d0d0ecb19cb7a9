-- dbmigrate_deploy: each migration in a transaction of its own.
select dbcare_set('actor', 'tester');
call dbmigrate_deploy();
select dbmigrate_add('1', 'one', 'create table one (id integer primary key)', 'drop table one');
select dbmigrate_add('2', 'two', 'create table two (id integer primary key)', 'drop table two', '{"depends_on": ["1"]}');
select dbmigrate_add('3', 'three', 'insert into one values (1); insert into two values (2)');
-- what would run
call dbmigrate_deploy(null, '{"dry_run": true}');
select version, state from dbmigrate_status();
call dbmigrate_deploy('2');
select version, state from dbmigrate_status();
call dbmigrate_deploy(null, '{"app_version": "1.1", "git_sha": "abc", "ticket": "T-1"}');
select event, version, actor, app_version, git_sha, ticket from dbmigrate_history() where event <> 'register';
select * from dbmigrate_verify();
-- nothing is left to do
call dbmigrate_deploy();
select dbmigrate_add('4', 'four', 'create table four (id integer primary key)');
select dbmigrate_add('7', 'seven', 'create table seven (id integer primary key)');
-- older than what is applied
call dbmigrate_deploy('7');
select dbmigrate_add('2.5', 'late', 'create table late (id integer primary key)');
call dbmigrate_deploy('2.5');
call dbmigrate_deploy('2.5', '{"allow_out_of_order": true}');
select version, state from dbmigrate_status() where version = '2.5';
-- refused before anything runs
select dbmigrate_add('8', 'eight', 'create table eight (id integer primary key);
rollback; select 1');
call dbmigrate_deploy();
select version, state from dbmigrate_status() where version > '6';
-- applied and then changed
select dbmigrate_add('8', 'eight', 'create table eight (id integer primary key)');
select dbmigrate_add('4', 'four', 'create table vier (id integer primary key)');
call dbmigrate_deploy();
select dbmigrate_add('4', 'four', 'create table four (id integer primary key)');
-- an outer pair is left out
select dbmigrate_add('8', 'eight', 'begin; create table eight (id integer primary key); commit');
select dbmigrate_add('9', 'nine', 'begin; create table nine (id integer primary key); commit', null, '{"transactional": false}');
call dbmigrate_deploy();
-- and does not go with what cannot run in one
select dbmigrate_add('10', 'ten', 'begin; vacuum; commit', 'select 1');
call dbmigrate_deploy();
select dbmigrate_add('10', 'ten', 'select 1', 'select 1');
call dbmigrate_deploy();
-- arguments
call dbmigrate_deploy(9);
call dbmigrate_deploy('99');
call dbmigrate_deploy('{"dry_run": true}');
call dbmigrate_deploy(null, '{"confirm": "x"}');
call dbmigrate_deploy(null, '{"lock_retries": -1}');
call dbmigrate_deploy(null, '{"on_error": "ignore"}');
-- backwards: the last one, then to a version, also outside a transaction
call dbmigrate_deploy(null, '{"allow_empty_down": true}');
call dbmigrate_deploy('2', '{"rollback": true}');
select dbmigrate_add('11', 'eleven', 'create table eleven (id integer primary key)', 'drop table eleven; vacuum');
select dbmigrate_add('12', 'twelve', 'create table twelve (id integer primary key)', 'vacuum; drop table twelve');
select dbmigrate_add('13', 'thirteen', 'select 1', 'select 1');
call dbmigrate_deploy();
call dbmigrate_deploy(null, '{"rollback": true, "dry_run": true}');
call dbmigrate_deploy(null, '{"rollback": true, "ticket": "T-2"}');
select dbmigrate_rollback();
call dbmigrate_deploy('10', '{"rollback": true}');
select version, state from dbmigrate_status() where version > '1' and version like '1%';
select event, version, ticket from dbmigrate_history() where event = 'rollback';
select * from dbmigrate_verify();
-- production
select dbcare_set('environment', 'production');
call dbmigrate_deploy(null, '{"rollback": true}');
select dbcare_set('environment', 'development');
-- inside a transaction
begin;
call dbmigrate_deploy();
rollback;
select class, arguments, result from dbcare_functions() where name = 'dbmigrate_deploy';
