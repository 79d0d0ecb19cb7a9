-- The pack validation_platform on PostgreSQL: types, indexes, schemas, what dbcare itself says of it.
set client_min_messages = warning;
drop database if exists pack_validation_platform;
create database pack_validation_platform;
\connect pack_validation_platform
create extension if not exists pgtap;
create schema tools;
create schema app;
create extension dbcare schema tools;
alter database pack_validation_platform set search_path = app, tools, public;
\connect pack_validation_platform
select no_plan();

select is(dbinit_run('validation_platform') ->> 'success', 'true', 'the pack can be in a schema, and dbcare in another one');
select is_empty($$select * from dbinit_validate('validation_platform')$$, 'the database is ready');
select has_table('app', 'videos', 'the tables are in the first schema of the search path');
select col_type_is('app', 'audit_logs', 'details', 'jsonb', 'details are jsonb');
select col_type_is('app', 'test_results', 'passed', 'boolean', 'passed is boolean');
select col_type_is('app', 'videos', 'created_at', 'timestamp with time zone', 'times are timestamptz');
select is_empty($$
	select k.conrelid::regclass, k.conname from pg_constraint as k where k.contype = 'f' and k.connamespace = 'app'::regnamespace
		and not exists (select from pg_index as i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1])$$,
	'each foreign key has an index');
select is_empty($$
	select check_id, object, message from dbhealth_checks('{"level": "full"}') where object like '%app.%' and severity <> 'ok'$$,
	'health checks find nothing');
create schema fresh;
set search_path = fresh, tools, public;
select is_empty($$select l.rule, l.message from dbcare.migration as m, dbmigrate_lint(m.up_sql) as l$$, 'nor does lint');
reset search_path;
select is_empty($$select * from dbcheck_run('{"sources": ["constraint", "rule"]}')$$, 'nor do checks');

select cmp_ok((select count(*) from pg_index as i join pg_class as c on c.oid = i.indexrelid
	where c.relnamespace = 'app'::regnamespace and not i.indisunique), '>=', 29::bigint, 'at least 29 indexes besides those of keys');

-- numbers that are none
insert into projects (name, owner_name) values ('Night', 'ann');
insert into videos (path, file_name, size_bytes, duration_seconds, frames_per_second, width, height) values ('/a', 'a', 1, 10, 25, 640, 480);
insert into test_sessions (project_id, video_id, name, detector) values (1, 1, 'first', 'net 1');
select throws_ok($$insert into videos (path, file_name, size_bytes, duration_seconds, frames_per_second, width, height) values ('/b', 'b', 1, 'NaN', 25, 640, 480)$$,
	'23514', null, 'a duration is a number');
select throws_ok($$insert into videos (path, file_name, size_bytes, duration_seconds, frames_per_second, width, height) values ('/b', 'b', 1, 1, 'NaN', 640, 480)$$,
	'23514', null, 'so is a rate');
select throws_ok($$insert into detection_events (test_session_id, frame, at_seconds, object_type, confidence, x, y, width, height) values (1, 0, 0, 'other', 'NaN', 0, 0, 1, 1)$$,
	'23514', null, 'so is a confidence');

-- a video that tests have used stays
select throws_like('delete from videos', '%foreign key constraint "test_sessions_video_id_fkey"%', 'a video that tests have used is not deleted');
select throws_like($$select dbarchive_delete('videos', 1)$$, '%foreign key constraint "test_sessions_video_id_fkey"%', 'nor by dbarchive_delete()');
delete from test_sessions;
select lives_ok('delete from videos', 'without them it is');
select is((select count(*) from dbarchive_deleted()), 2::bigint, 'and both are kept');

-- a role of the application
create role pack_platform_app;
grant usage on schema app, tools to pack_platform_app;
grant select, insert, update, delete on all tables in schema app to pack_platform_app;
set role pack_platform_app;
select lives_ok($$delete from projects$$, 'a role of the application deletes rows without rights on dbcare''s tables');
reset role;
select is((select rows_in_batch from dbarchive_deleted('projects')), 1::bigint, 'they are kept');
select * from finish();
drop owned by pack_platform_app;
drop role pack_platform_app;
\connect postgres
drop database pack_validation_platform;
