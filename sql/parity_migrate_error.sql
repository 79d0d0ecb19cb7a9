-- What a failed migration is reported with.
-- the lines around the failure, with a caret where it is
select dbmigrate_load('{"0_shown.sql": "-- migrate:up\ncreate table shown (id integer primary key);\n\tselect 1; select 2; insert into shown values\n  (1), (length(''é'')), (absent), (2);\n-- the end\n\n-- migrate:down\ndrop table absent\n"}') is not null;
select error ->> 'line' as line, error ->> 'source' as source from (select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' as error) as r;
-- in a long line, and without a place within the statement
select dbmigrate_add('0', 'shown', 'create table shown (id integer primary key); insert into shown values (1), (22222222222222222), (3333333333333333333), (444444444), (absent), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14)') ->> 'action';
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'source';
select dbmigrate_add('0', 'shown', 'create table shown (id integer primary key);
  insert into shown
  values (1), (1);') ->> 'action';
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'source';
-- a script that cannot be read
select dbmigrate_add('0', 'shown', 'create table shown (id integer);

insert into shown values (''1);') ->> 'action';
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'source';
select dbmigrate_repair() ->> 'cleared';
select dbmigrate_remove('0') ->> 'action';
-- inside a transaction nothing of the failed migration stays
select dbmigrate_add('1', 'half', 'create table half (id integer primary key)', 'drop table half', '{"verify_sql": "select count(*) = 1 from half"}') ->> 'action';
select result -> 'rollback_performed', result -> 'error' ->> 'severity' from (select dbmigrate_apply(null, '{"on_error": "report"}') as result) as r;
call dbmigrate_deploy(null, '{"on_error": "report"}');
-- outside one its statements do
select dbmigrate_add('1', 'half', 'create table half (id integer primary key); insert into half values (1), (2)', null, '{"transactional": false, "verify_sql": "select count(*) = 1 from half"}') ->> 'action';
call dbmigrate_deploy(null, '{"on_error": "report"}');
select count(*) from half;
-- a violated constraint: the call that shows the rows, on the tables as they are after the failure
create table kept (id integer primary key, a integer not null, b text);
insert into kept values (1, 1, 'x'), (2, 1, null), (3, 2, 'x');
select dbmigrate_repair() is not null;
select dbmigrate_remove('1') is not null;
select dbmigrate_add('2', 'unique', 'create unique index kept_a on kept (a)') ->> 'action';
select replace(dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'hint', 'public.', '');
SELECT dbcheck_rule_add('new on kept', 'kept', '(a) NOT IN (SELECT a FROM kept GROUP BY a HAVING count(*) > 1)') ->> 'action';
SELECT name, violations, sample_keys FROM dbcheck_run('{"relation": "kept"}');
select dbmigrate_add('2', 'pair', 'create unique index kept_a on kept (a, b); create table made (id integer not null); insert into made values (null)') ->> 'action';
-- none for a table that the migration has made
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'hint' is null;
select dbmigrate_add('2', 'null', 'insert into kept values (4, null, null)') ->> 'action';
select replace(dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'hint', 'public.', '');
select dbmigrate_repair() is not null;
-- since 3.38: the place of an error
