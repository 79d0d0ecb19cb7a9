-- Health checks of how tables and statements are used: missing_index_candidates,
-- hot_updates_low, query_dominates.  Counters show once a transaction has ended,
-- hence a database of their own.
set client_min_messages = warning;
drop database if exists hc_usage;
create database hc_usage;
\connect hc_usage
\ir begin.psql
select no_plan();
create schema hc;

-- ---- missing_index_candidates ----

create table hc.scanned (a int) with (autovacuum_enabled = off);
insert into hc.scanned select generate_series(1, 10100);
create table hc.short (a int) with (autovacuum_enabled = off);
insert into hc.short select generate_series(1, 9000);
create table hc.indexed (a int) with (autovacuum_enabled = off);
insert into hc.indexed select generate_series(1, 10100);
create index on hc.indexed (a);
do $$
begin
	for i in 1 .. 101 loop
		perform from hc.scanned where a < 0;
		perform from hc.short where a < 0;
		perform from hc.indexed where a + 0 < 0;
	end loop;
	set local enable_seqscan = off;
	for i in 1 .. 110 loop
		perform from hc.indexed where a = 7;
	end loop;
end $$;
:flush
select is(pg_temp.found('missing_index_candidates'), 'nothing', 'sequential scans of small tables are no finding');
update pg_class set relpages = 1300 where relnamespace = 'hc'::regnamespace and relkind = 'r';
select is(pg_temp.found('missing_index_candidates'), 'hc.scanned info',
	'missing_index_candidates finds a large table that is mostly scanned');
select is(pg_temp.told('missing_index_candidates', 'hc.scanned', 'message'),
	'hc.scanned: 101 sequential scans of 10100 rows each', 'the message of missing_index_candidates has the scans');

-- ---- hot_updates_low ----

create table hc.cold (id int primary key, changed int, filler text) with (autovacuum_enabled = off);
create index on hc.cold (changed);
create table hc.hot (id int primary key, changed int) with (autovacuum_enabled = off, fillfactor = 10);
create table hc.few (id int primary key) with (autovacuum_enabled = off);
insert into hc.cold select i, i, 'x' from generate_series(1, 10000) as i;
insert into hc.hot select i, i from generate_series(1, 10000) as i;
insert into hc.few select generate_series(1, 9000);
update hc.cold set changed = changed + 1;
update hc.hot set changed = changed + 1;
update hc.few set id = id + 100000;
:flush
select is(pg_temp.found('hot_updates_low'), 'hc.cold info', 'hot_updates_low finds a table whose updates write to indexes');
select is(pg_temp.told('hot_updates_low', 'hc.cold', 'message'),
	'hc.cold: 0 % of 10000 updates were heap-only (HOT)', 'the message of hot_updates_low has the share');

-- ---- query_dominates: the extension, with counters that the test sets ----

create schema "Pg Stat";
create extension pg_stat_statements schema "Pg Stat";
alter extension pg_stat_statements drop view "Pg Stat".pg_stat_statements;
alter extension pg_stat_statements drop function "Pg Stat".pg_stat_statements(boolean);
drop view "Pg Stat".pg_stat_statements;
drop function "Pg Stat".pg_stat_statements(boolean);
create table hc.counted as select oid as dbid, -7::bigint - i as queryid, 6000::float8 as total_exec_time,
		0::bigint as jit_functions, 0::float8 as jit_generation_time, 0::float8 as jit_inlining_time,
		0::float8 as jit_optimization_time, 0::float8 as jit_emission_time
	from pg_database, generate_series(1, 10) as i;
create function "Pg Stat".pg_stat_statements(showtext boolean)
returns setof hc.counted language sql as 'select * from hc.counted where not showtext';
create temp view jit as select string_to_array(extversion, '.')::int[] >= '{1,10}' as counts
	from pg_extension where extname = 'pg_stat_statements';
select is(pg_temp.found('query_dominates', '%'), 'nothing', 'ten queries of equal share are no finding');
update hc.counted set total_exec_time = 27000.5 where queryid = -9;
select is(pg_temp.found('query_dominates', '%'), '-9 info', 'query_dominates finds a query with more than a third of the time');
select is(pg_temp.told('query_dominates', '-9', 'message'), 'statement -9 takes 33.3 % of the total execution time', 'the message of query_dominates has the share');
update hc.counted set total_exec_time = total_exec_time / 10;
select is(pg_temp.found('query_dominates', '%'), 'nothing', 'less than a minute in total is no finding');
update hc.counted set total_exec_time = total_exec_time * 100;
delete from hc.counted where queryid = -10;
select is(pg_temp.found('query_dominates', '%'), 'nothing', 'fewer than ten statements are no finding');

-- ---- jit_overhead, with the same counters ----

select is(pg_temp.found('jit_overhead', '%'), 'nothing', 'statements that are not compiled are no finding');
update hc.counted set total_exec_time = 160000, jit_functions = 1, jit_generation_time = 10000, jit_inlining_time = 5000,
	jit_optimization_time = 10000, jit_emission_time = 7001 where queryid in (-8, -9);
select is(pg_temp.found('jit_overhead', '%'), case when counts then 'jit info' else 'nothing' end,
	'jit_overhead finds statements whose compilation takes more than a fifth of their time') from pg_temp.jit;
select is(pg_temp.told('jit_overhead', 'jit', 'message'),
	case when counts then 'compilation took 20 % of the time of 2 compiled statements' end,
	'the message of jit_overhead has the share') from pg_temp.jit;
update hc.counted set jit_emission_time = 7000 where queryid in (-8, -9);
select is(pg_temp.found('jit_overhead', '%'), 'nothing', 'a fifth is no finding');
update hc.counted set total_exec_time = 10000, jit_emission_time = 4999 where queryid in (-8, -9);
select is(pg_temp.found('jit_overhead', '%'), 'nothing', 'less than a minute of compilation is no finding');

create role hc_nobody;
set role hc_nobody;
select is(pg_temp.found('query_dominates', '%'), 'unknown membership in pg_read_all_stats is needed to tell statements apart',
	'a role without the privilege gets unknown');
reset role;
drop role hc_nobody;
drop view pg_temp.jit;
drop extension pg_stat_statements;
select is((select reason from pg_temp.said('query_dominates')), 'pg_stat_statements is not installed and loaded', 'without pg_stat_statements query_dominates is not applicable');

select * from finish();
\connect postgres
drop database hc_usage;
