-- dbbackup_*: options, sizes, plans and rights.  What programs do is tested in
-- test/process/backup.
set client_min_messages = warning;
drop database if exists backup_options;
create database backup_options;
drop role if exists backup_reader, backup_maker;
\connect backup_options
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

select '/tmp/dbcare_pgtap_' || pg_backend_pid() as root \gset
\set made 'mkdir -m 700 ' :root
copy (select where false) to program :'made';
create table invoice (id int primary key, total numeric, note text);
insert into invoice select n, n / 3.0, repeat('long ', 100) from generate_series(1, 5000) as n;

-- without a root
select throws_ok('select dbbackup_create()', '55000', 'no directory for backups is configured', 'no root, no backup');
select is((select count(*) from dbbackup_list()), 0::bigint, '... and an empty list');
set dbcare.backup_roots = :'root';

-- ---- options ----

select throws_ok('select dbbackup_create(null, ''{"encrypt": {}}'')', '22023',
	'option encrypt must have either key_file or key_env', 'a key that is not named encrypts nothing');
select throws_ok('select dbbackup_create(null, ''{"schema": "main"}'')', '0A000',
	'option "schema" exists on SQLite only', 'nor of an attached database');
select throws_ok('select dbbackup_create(null, ''{"incremental_from": "latest"}'')', '0A000',
	'a backup with the method dump cannot be incremental', 'nor incremental');
select throws_ok('select dbbackup_create(null, ''{"method": "base", "compress": true, "incremental_from": "latest"}'')', '0A000',
	'an incremental backup cannot be compressed', 'an incremental backup is not compressed');
select throws_ok('select dbbackup_create(null, ''{"method": "copy"}'')', '22023', null, 'an unknown method');
select throws_ok('select dbbackup_create(null, ''{"jobs": 0}'')', '22023', null, 'no job');
select throws_ok('select dbbackup_create(''../a'')', '42602', null, 'a name that is a path');
select throws_ok('select dbbackup_create(''a'')', '25001', 'a dump cannot be made in a subtransaction', 'in a subtransaction');

-- ---- dumps ----

select is(dbbackup_create('packed') ->> 'kind', 'dump', 'a dump');
select is(dbbackup_create('plain', '{"compress": false, "jobs": 2}') #>> '{verified,ok}', 'true', 'one that is not compressed');
select results_eq('select name, kind, compression, verified_level, problem, source from dbbackup_list()',
	$$values ('packed', 'dump', 'gzip', 2::bigint, null, 'dbcare'), ('plain', 'dump', 'none', 2, null, 'dbcare')$$, 'both are listed');
select ok((select max(size_bytes) filter (where name = 'plain') > 5 * max(size_bytes) filter (where name = 'packed') from dbbackup_list()),
	'the compressed one is smaller');
select throws_ok('select dbbackup_create(''plain'')', '25001', null, 'a name that is used');
select is(dbbackup_verify('packed', '{"level": 3}') ->> 'ok', 'true', 'it is restored to a scratch database');
select is((select count(*) from pg_database where datname like 'dbcare_verify%'), 0::bigint, '... which is dropped');

-- ---- base backups ----

select dbbackup_create('base', '{"method": "base"}') as made \gset
select is(:'made'::json ->> 'kind', 'base', 'a base backup');
select ok((:'made'::json ->> 'database_bytes')::bigint > pg_database_size(current_database()), '... has the size of the server');
select ok((:'made'::json ->> 'size_bytes')::bigint > (:'made'::json ->> 'database_bytes')::bigint + 16 * 1024 * 1024 - 1,
	'... and with its log that of its files');
select is((select size_bytes from dbbackup_list() where name = 'base'), (:'made'::json ->> 'size_bytes')::bigint, 'the list has it, too');

-- ---- plans ----

create function planned(name text, destination text) returns setof text language sql as $$
	select concat_ws(' ', step, regexp_replace(object, '.*/', ''), case when bytes > 0 then 'bytes' end, problem)
	from dbbackup_plan(name, destination)
$$;
select results_eq('select planned(''packed'', ''new'')', $$values ('read packed bytes'), ('need right pg_execute_server_program'),
	('need right pg_write_server_files'), ('run createdb'), ('run pg_restore'), ('run psql'), ('need space data bytes'), ('write new bytes')$$,
	'the plan of a dump');
select is((select planned('packed', 'backup_options') offset 7), 'write backup_options bytes a database of that name exists', 'a database that exists');
select is((select planned('packed', null) offset 7), 'write bytes no new database was named', 'no database');
select results_eq(format('select planned(''base'', %L)', :'root' || '/new'), format($$values ('read base bytes'), ('need right pg_execute_server_program'),
	('need right pg_write_server_files'), ('run pg_verifybackup'), ('run postgres'), (%L), ('write new bytes'), ('start new')$$,
	'need space ' || regexp_replace(:'root', '.*/', '') || ' bytes'), 'the plan of a base backup');
select is((select planned('base', :'root' || '/base') offset 5 limit 1), 'write base bytes it exists', 'a directory that exists');
select is((select planned('base', :'root' || '/a/b') offset 5 limit 1), 'write b bytes there is no directory above it', 'a directory in none');
select alike((select planned('base', '/elsewhere/new') offset 5 limit 1), 'write new bytes backups must not be in%', 'a directory elsewhere');
select is((select planned('none', 'new')), 'read none there is no backup of that name', 'no such backup');
set dbcare.bindir = '/nonexistent';
select is((select planned('packed', 'new') offset 3 limit 1), 'run createdb the program cannot be executed', 'a program that is missing');
reset dbcare.bindir;
create role backup_reader;
grant pg_read_server_files to backup_reader;
grant execute on all routines in schema public to backup_reader;
set role backup_reader;
select results_eq('select planned(''packed'', ''new'') offset 1 limit 2',
	$$values ('need right pg_execute_server_program the role does not have it'), ('need right pg_write_server_files the role does not have it')$$,
	'rights that are missing');
reset role;

-- ---- the rest ----

select throws_ok('select dbbackup_restore(''packed'', ''new'', ''{"target_time": "2026-01-01"}'')', '22023', 'option target_time is not for dumps',
	'a dump has one moment');
select throws_ok('select dbbackup_restore(''packed'', null, ''{"table": "invoice"}'')', '0A000',
	'option "table" exists on SQLite only', 'a single table');
select throws_ok('select dbbackup_restore(''none'', ''new'')', '42704', 'there is no backup "none"', 'restoring no backup');
select throws_ok('select dbbackup_restore(''packed'', null)', '22004', null, 'restoring to nowhere');
select throws_ok('select dbbackup_follow()', '0A000', 'dbbackup_follow exists on SQLite only', 'PostgreSQL archives its log');
select throws_ok('select dbbackup_verify(''none'')', '42704', 'there is no backup "none"', 'verifying no backup');
select is(dbbackup_cleanup('{"keep_last": 1, "dry_run": true}') #>> '{removed}', '["packed"]', 'dumps and base backups are kept by themselves');

\set removed 'rm -r ' :root
copy (select where false) to program :'removed';
select * from finish();
\connect postgres
drop database backup_options;
drop role backup_reader;
