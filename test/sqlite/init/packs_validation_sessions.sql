-- the pack validation_sessions is run
pragma foreign_keys = on;
select dbinit_run('validation_sessions') ->> '$.success';
--> 1

-- without a user nothing is visible, and nothing can be written
insert into validation_session (id, name, owner) values (1, 'of ann', 'ann'), (2, 'of bob', 'bob');
insert into validation_result (session_id, test, status) values (1, 't', 'passed'), (2, 't', 'passed');
insert into processing_log (session_id, message) values (1, 'begun');
select count(*) from my_validation_session;
insert into my_validation_session (name) values ('x');
insert into my_validation_result (session_id, test, status) values (1, 'x', 'passed');
--> 0
--> ERROR: no user is named: call dbaudit_actor() in the transaction (19)
--> ERROR: the session is not shared for writing (19)

-- a user sees and changes own sessions
begin;
select dbaudit_actor('ann') is not null;
select id, owner from my_validation_session;
select session_id from my_validation_result;
select session_id from my_processing_log;
select session_id, to_status from my_session_status_history;
select session_id, results from my_session_statistics;
insert into my_validation_session (name) values ('another');
select name, owner, status, configuration, tags, created_at is not null from my_validation_session where id = 3;
update my_validation_session set status = 'running', configuration = '{"target": "api"}' where id = 3;
insert into my_validation_result (session_id, test, status) values (3, 'a', 'passed');
insert into my_discrepancy (session_id, result_id, message) select session_id, id, 'differs' from my_validation_result where session_id = 3;
insert into my_validation_metrics (session_id, name, value) values (3, 'latency', 1);
insert into my_behavioral_test_result (session_id, scenario, status) values (3, 's', 'passed');
update my_validation_result set status = 'failed' where session_id = 3;
update my_discrepancy set status = 'fixed', resolution = 'done';
update my_validation_metrics set value = 2;
update my_behavioral_test_result set score = 1, steps = '["ask"]';
select (select status from my_validation_result where session_id = 3), (select status from my_discrepancy), (select value from my_validation_metrics), (select score from my_behavioral_test_result);
commit;
select from_status, to_status, changed_by from session_status_history where session_id = 3;
--> 1
--> 1|ann
--> 1
--> 1
--> 1|new
--> 1|1
--> another|ann|new|{}|[]|1
--> failed|fixed|2.0|1.0
--> |new|ann
--> new|running|ann

-- the constraints of the tables hold
begin;
select dbaudit_actor('ann') is not null;
insert into my_validation_session (name, configuration) values ('x', '[');
insert into my_validation_session (name, configuration) values ('x', '[]');
update my_validation_session set status = 'unknown' where id = 1;
insert into my_validation_session (name, owner) values ('x', 'bob');
rollback;
--> 1
--> ERROR: CHECK constraint failed: case when json_valid(configuration) then json_type(configuration) = 'object' else 0 end (19)
--> ERROR: CHECK constraint failed: case when json_valid(configuration) then json_type(configuration) = 'object' else 0 end (19)
--> ERROR: CHECK constraint failed: status in ('new', 'running', 'passed', 'failed', 'cancelled') (19)
--> ERROR: a session belongs to the user who creates it (19)

-- the sessions of others are neither read nor written
begin;
select dbaudit_actor('bob') is not null;
select id from my_validation_session;
update my_validation_session set name = 'taken' where id = 1;
delete from my_validation_session where id = 1;
delete from my_validation_result where session_id = 1;
insert into my_validation_result (session_id, test, status) values (1, 'x', 'passed');
update my_validation_result set session_id = 1 where session_id = 2;
insert into my_session_share (session_id, shared_with) values (1, 'bob');
update my_validation_session set id = 9 where id = 2;
update my_validation_session set owner = 'ann' where id = 2;
commit;
select name, deleted_at from validation_session where id = 1;
select count(*) from validation_result where session_id = 1 and deleted_at is null;
--> 1
--> 2
--> ERROR: the session is not shared for writing (19)
--> ERROR: the key, the session and the time of creation do not change (19)
--> ERROR: only the owner may share the session (19)
--> ERROR: the key, the owner and the time of creation do not change (19)
--> ERROR: the key, the owner and the time of creation do not change (19)
--> of ann|
--> 1

-- a session shared for reading
begin;
select dbaudit_actor('ann') is not null;
insert into my_session_share (session_id, shared_with) values (1, 'bob');
select dbaudit_actor('bob') is not null;
select id from my_validation_session order by id;
select owner, shared_with, may_write from my_session_share;
update my_validation_session set name = 'taken' where id = 1;
insert into my_validation_result (session_id, test, status) values (1, 'x', 'passed');
delete from my_session_share;
commit;
--> 1
--> 1
--> 1
--> 2
--> ann|bob|0
--> ERROR: the session is not shared for writing (19)
--> ERROR: the session is not shared for writing (19)
--> ERROR: only the owner may share the session (19)

-- and for writing
begin;
select dbaudit_actor('ann') is not null;
delete from my_session_share;
insert into my_session_share (session_id, shared_with, may_write) values (1, 'bob', 1);
select dbaudit_actor('bob') is not null;
update my_validation_session set status = 'running' where id = 1;
insert into my_validation_result (session_id, test, status) values (1, 'x', 'passed');
delete from my_validation_session where id = 1;
select dbaudit_actor('eve') is not null;
select count(*) from my_validation_session;
select count(*) from my_session_share;
commit;
select to_status, changed_by from session_status_history where session_id = 1 and to_status = 'running';
--> 1
--> 1
--> ERROR: only the owner may delete the session (19)
--> 1
--> 0
--> 0
--> running|bob

-- a deletion marks
begin;
select dbaudit_actor('ann') is not null;
delete from my_validation_result where session_id = 1 and test = 'x';
delete from my_validation_session where id = 1;
select count(*) from my_validation_session where id = 1;
select count(*) from my_validation_result where session_id = 1;
commit;
select id, deleted_by from validation_session where deleted_at is not null;
select table_name, row_key, deleted_by from dbarchive_deleted order by table_name;
select dbarchive_restore('validation_session', 1) is not null;
--> 1
--> 0
--> 0
--> 1|ann
--> validation_result|4|ann
--> validation_session|1|ann
--> 1

-- the user is forgotten with the transaction
select count(*) from my_validation_session;
--> 0

-- nothing is missing or wrong
select * from dbinit_validate('validation_sessions');
select source, name, message from dbcheck_run;
select 'none';
--> none
