-- Scripts with several transactions: apply runs them as one, deploy one by one.
select dbcare_set('actor', 'tester');
select dbmigrate_add('1', 'pairs', 'begin; create table a (x integer); commit; begin; create table b (x integer); commit;', 'begin; drop table b; commit; drop table a;', '{"transactional": false}') ->> 'action';
call dbmigrate_deploy();
select count(*) from a, b;
select dbmigrate_rollback() ->> 'rolled_back' is not null;
select dbmigrate_apply() ->> 'version' is null;
select dbmigrate_add('1', 'pairs', 'begin; create table a (x integer); commit; begin; create table b (x integer); commit;') ->> 'action';
select dbmigrate_apply() ->> 'version';
-- one that leaves the transaction of its tool
select dbmigrate_add('2', 'leaves', 'commit; create table c (x integer); begin; create table d (x integer);') ->> 'action';
select dbmigrate_apply() ->> 'version';
-- what fails undoes all of it
select dbmigrate_add('3', 'fails', 'begin; create table e (x integer); commit; begin; create table a (x integer); commit;') ->> 'action';
select dbmigrate_apply(null, '{"on_error": "report"}') ->> 'failed';
-- what deploy has committed stays, and apply does not run it again
select dbmigrate_add('3', 'fails', 'begin; create table e (x integer); commit; create table f (x integer);', null, '{"verify_sql": "select count(*) > 0 from e"}') ->> 'action';
call dbmigrate_deploy(null, '{"on_error": "report"}');
select count(*) from e, f;
select dbmigrate_apply() ->> 'version';
select dbmigrate_add('3', 'edited', 'begin; create table e (x integer, y integer); commit; create table f (x integer); insert into e values (1);', null, '{"verify_sql": "select count(*) > 0 from e"}') ->> 'action';
call dbmigrate_deploy();
select dbmigrate_add('3', 'fixed', 'begin; create table e (x integer); commit; create table f (x integer); insert into e values (1);', null, '{"verify_sql": "select count(*) > 0 from e"}') ->> 'action';
call dbmigrate_deploy();
select count(*) from e, f;
-- no pairs
select dbmigrate_add('4', 'half', 'begin; create table e (x integer); commit; begin; create table f (x integer);') ->> 'action';
select dbmigrate_apply() ->> 'version';
select dbmigrate_add('4', 'nested', 'begin; begin; create table e (x integer); commit; commit;') ->> 'action';
select dbmigrate_apply() ->> 'version';
-- BEGIN alone, in the transaction that a tool has begun
select dbmigrate_add('4', 'alone', 'create table g (x integer); begin; create table h (x integer); insert into h values (1);') ->> 'action';
call dbmigrate_deploy();
select count(*) from h;
-- COMMIT alone leaves it
select dbmigrate_add('5', 'ends', 'create table i (x integer); commit; create table j (x integer);', null, '{"verify_sql": "select count(*) > 0 from j"}') ->> 'action';
call dbmigrate_deploy();
select count(*) from i, j;
select dbmigrate_apply() ->> 'version';
select dbmigrate_add('5', 'ends', 'create table i (x integer); commit; create table j (x integer); insert into j values (1);', null, '{"verify_sql": "select count(*) > 0 from j"}') ->> 'action';
call dbmigrate_deploy();
select count(*) from j;
select dbmigrate_add('6', 'ends', 'create table k (x integer); commit; create table l (x integer);') ->> 'action';
select dbmigrate_apply() ->> 'version';
select count(*) from k, l;
select version, state from dbmigrate_status();
