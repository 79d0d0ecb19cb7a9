-- A pipe in a folder of the server is no migration, and nobody waits for its writer.
begin;
set client_min_messages = warning;
create extension if not exists pgtap;
create extension if not exists dbcare;
select no_plan();

select '/tmp/dbcare_pgtap_pipe_' || pg_backend_pid() as folder \gset
\set make 'mkdir -m 700 ' :folder ' && mkfifo ' :folder '/2_pipe.sql && echo "select 1;" >' :folder '/1_first.sql'
copy (select where false) to program :'make';
set statement_timeout = '30s';
select lives_ok(format('select dbmigrate_load(%L)', :'folder'), 'a folder with a pipe is read');
select results_eq('select version from dbmigrate_status()', $$values ('1')$$, '... without the pipe');
reset statement_timeout;
\set remove 'rm -r ' :folder
copy (select where false) to program :'remove';
select * from finish();
rollback;
