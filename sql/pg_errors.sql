-- How failures look in psql: SQLSTATE, detail, hint and context.
create extension dbcare;
\set VERBOSITY verbose
\set SHOW_CONTEXT errors
\set VERBOSITY default
select dbcare_set('actor', 'tester') is not null as set;
select dbmigrate_add('1', 'typing_error', 'create table a (id int);
create tabel b (id int);') is not null as added;
select dbmigrate_apply();
select dbmigrate_load('{"2_context.up.sql": "-- comment\n\nselect 1;\nselect 1 / 0;\n"}') is not null as loaded;
select dbmigrate_add('1', 'typing_error', 'create table a (id int)') is not null as added;
select dbmigrate_apply();
do $$
declare
	state text;
	detail text;
	hint text;
begin
	perform dbmigrate_apply('9');
exception when others then
	get stacked diagnostics state = returned_sqlstate, detail = pg_exception_detail, hint = pg_exception_hint;
	raise info 'sqlstate %, detail "%", hint "%"', state, detail, hint;
end $$;
-- isolation levels in which the winner's ledger would be invisible
begin isolation level repeatable read;
select dbmigrate_apply();
rollback;
begin isolation level serializable;
select dbmigrate_rollback();
rollback;
-- read-only transaction
begin read only;
select dbmigrate_apply();
rollback;
begin read only;
select version, state from dbmigrate_status();
rollback;
-- a check of SQLite, and a function
call dbhealth_fix('wal_growth');
select dbmigrate_rebuild('t', 'create table t (id int)');
