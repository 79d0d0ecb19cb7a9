-- No statement that dbcare makes is compiled, whatever jit is: without statistics of
-- the tables of a call, estimates are far off, and compiling takes seconds.  Scripts of
-- the caller have the caller's setting.
set client_min_messages = warning;
drop database if exists jit;
create database jit;
\connect jit
create extension pgtap;
create extension dbcare;
create schema jit;
create extension pg_stat_statements schema jit;
select plan(3);
select coalesce(pg_jit_available(), false) and current_setting('server_version_num')::integer >= 150000 as can_compile \gset
\if :can_compile
create table jit.top (id integer primary key, at date);
create table jit.low (id integer primary key, top_id integer references jit.top (id) on delete cascade);
insert into jit.top select i, date '2020-01-01' from generate_series(1, 9) as i;
insert into jit.low select i, i from generate_series(1, 9) as i;
select dbcare_install();
select dbarchive_enable('jit.top');
select dbarchive_policy('jit.top', '{"timestamp_column": "at", "delete_after_days": 1, "cascade": true}');
select dbmigrate_add('1', 'sum', 'insert into jit.low select id + 100, id from jit.low');

-- the nested statements that were compiled since the last call
create function jit.compiled() returns setof text language sql as $$
	select left(query, 60) from jit.pg_stat_statements where not toplevel and jit_functions > 0 and query !~ 'pg_stat_statements_reset'
$$;
set jit = on;
set jit_above_cost = 0;
set pg_stat_statements.track = 'all';
select jit.pg_stat_statements_reset();
select dbcheck_run();
select dbops_count('jit.low', '{"id": {"gt": 4}}');
select dbsync_digest('jit.top');
set jit = off;
create temp table compiled as select * from jit.compiled();
select is((select string_agg(compiled, E'\n') from compiled), null, 'statements that dbcare makes are not compiled');
set jit = on;
select jit.pg_stat_statements_reset();
select dbmigrate_apply();
set jit = off;
truncate compiled;
insert into compiled select * from jit.compiled();
select is((select count(*) from compiled where compiled like 'insert into jit.low%')::integer, 1, 'a script has the setting of its caller');
set jit = on;
select jit.pg_stat_statements_reset();
select dbarchive_delete('jit.top', 1);
set jit = off;
truncate compiled;
insert into compiled select * from jit.compiled();
select is((select string_agg(compiled, E'\n') from compiled), null, 'nor are those of a deletion with what refers to it');
\else
select skip('the server cannot compile, or does not count it', 3);
\endif
select * from finish();
