-- What a failed migration is reported with.
select dbmigrate_add('1', 'half', 'create table half (id integer primary key)', 'drop table half', '{"verify_sql": "select count(*) = 1 from half"}') ->> 'action';
-- inside a transaction nothing of the failed migration stays
select result -> 'rollback_performed', result -> 'error' ->> 'severity' from (select dbmigrate_apply(null, '{"on_error": "report"}') as result) as r;
call dbmigrate_deploy(null, '{"on_error": "report"}');
-- outside one its statements do
select dbmigrate_add('1', 'half', 'create table half (id integer primary key); insert into half values (1), (2)', null, '{"transactional": false, "verify_sql": "select count(*) = 1 from half"}') ->> 'action';
call dbmigrate_deploy(null, '{"on_error": "report"}');
select count(*) from half;
