-- The pack video_memory on PostgreSQL: types, indexes, schemas, what dbcare itself says of it.
set client_min_messages = warning;
drop database if exists pack_video_memory;
create database pack_video_memory;
\connect pack_video_memory
create extension if not exists pgtap;
create schema tools;
create schema app;
create extension dbcare schema tools;
alter database pack_video_memory set search_path = app, tools, public;
\connect pack_video_memory
select no_plan();

select is(dbinit_run('video_memory') ->> 'success', 'true', 'the pack can be in a schema, and dbcare in another one');
select is_empty($$select * from dbinit_validate('video_memory')$$, 'the database is ready');
select has_table('app', 'videos', 'the tables are in the first schema of the search path');
select col_type_is('app', 'video_context', 'content', 'jsonb', 'content is jsonb');
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

-- numbers that are none
select throws_ok($$insert into videos (path, file_name, duration_seconds) values ('/a', 'a', 'NaN')$$, '23514', null, 'a duration is a number');
select throws_ok($$insert into videos (path, file_name, duration_seconds) values ('/a', 'a', 'Infinity')$$, '23514', null, 'and has an end');
insert into videos (path, file_name, duration_seconds) values ('/a', 'a', 1);
select throws_ok($$insert into video_context (video_id, at_seconds, type, tool, content) values (1, 'NaN', 'text', 'a', '{"text": "a"}')$$,
	'23514', null, 'so is a time');

-- a role of the application
create role pack_video_app;
grant usage on schema app, tools to pack_video_app;
grant select, insert, update, delete on all tables in schema app to pack_video_app;
set role pack_video_app;
select lives_ok($$delete from videos where path = '/a'$$, 'a role of the application deletes rows without rights on dbcare''s tables');
select throws_ok($$select * from dbcare.trash$$, '42501', null, 'which it cannot read');
reset role;
select is((select rows_in_batch from dbarchive_deleted('videos')), 1::bigint, 'they are kept');
select * from finish();
drop owned by pack_video_app;
drop role pack_video_app;
\connect postgres
drop database pack_video_memory;
