-- Health checks of what the server counts: stats_stale, vacuum_overdue,
-- insert_only_unvacuumed, slow_queries, xid_wraparound, mxid_wraparound.
-- Counters show once a transaction has ended, hence a database of their own,
-- and settings of the session.
set client_min_messages = warning;
drop database if exists "hc ""Counts""";
create database "hc ""Counts""";
\connect "hc ""Counts"""
\ir begin.psql
create extension dblink;
select no_plan();
create schema hc;


-- ---- stats_stale ----

create table hc."Old ""Rows""" (a int) with (autovacuum_enabled = off);
insert into hc."Old ""Rows""" select generate_series(1, 500);
:flush
analyze hc."Old ""Rows""";
-- 50 and a tenth of 500 are 100
insert into hc."Old ""Rows""" select generate_series(1, 199);
:flush
select is(pg_temp.found('stats_stale'), 'nothing', 'fewer changes than twice the usual limit are no finding');
insert into hc."Old ""Rows""" values (1);
:flush
select is(pg_temp.found('stats_stale'), 'hc."Old ""Rows""" info', 'stats_stale finds twice the usual limit');
select is(pg_temp.told('stats_stale', 'hc."Old ""Rows"""', 'value'), '2', 'the value of stats_stale is a multiple of the limit');
select is(pg_temp.told('stats_stale', 'hc."Old ""Rows"""', 'message'),
	'hc."Old ""Rows""": planner statistics are old: 200 rows have changed', 'the message of stats_stale has the changes');
set dbcare.check_stats_stale_warning = '2.1';
select is(pg_temp.found('stats_stale'), 'nothing', 'the threshold of stats_stale can be set');
reset dbcare.check_stats_stale_warning;
select pg_temp.told('stats_stale', 'hc."Old ""Rows"""', 'fix_sql') as repair \gexec
:flush
select is(pg_temp.found('stats_stale'), 'nothing', 'fix_sql gathers statistics');
insert into hc."Old ""Rows""" select generate_series(1, 9999);
:flush
select is(pg_temp.found('stats_stale'), 'hc."Old ""Rows""" info', 'stale statistics up to 10,000 rows are an info');
insert into hc."Old ""Rows""" values (1);
:flush
select is(pg_temp.found('stats_stale'), 'hc."Old ""Rows""" warning', 'stale statistics from 10,000 rows are a warning');
alter table hc."Old ""Rows""" reset (autovacuum_enabled);
select is(pg_temp.found('stats_stale'), case when current_setting('autovacuum')::boolean
		then 'hc."Old ""Rows""" info' else 'hc."Old ""Rows""" warning' end,
	'statistics that autovacuum renewed lately will be renewed again');
alter table hc."Old ""Rows""" set (autovacuum_enabled = off);
analyze hc."Old ""Rows""";
:flush

create table hc.begun (a int) with (autovacuum_enabled = off);
analyze hc.begun;
insert into hc.begun select generate_series(1, 100);
:flush
select is(pg_temp.told('stats_stale', 'hc.begun', 'message'), 'hc.begun: planner statistics are old: 100 rows have changed',
	'a table analyzed while empty has statistics');
drop table hc.begun;

-- after a crash nobody knows what has changed
create table hc.small (a text) with (autovacuum_enabled = off);
create table hc.large (a text) with (autovacuum_enabled = off);
create view hc.seen as select * from hc.large;
insert into hc.small select repeat('x', 1000) from generate_series(1, 800);
insert into hc.large select repeat('x', 1000) from generate_series(1, 1000);
:flush
select is(pg_temp.told('stats_stale', 'hc.large', 'message'), 'hc.large: planner statistics are absent',
	'a table that was never analyzed is found');
select pg_stat_reset();
:flush
select is(pg_temp.found('stats_stale'), 'hc.large warning', 'a large table without statistics is found by its size');
select is(pg_temp.told('stats_stale', 'hc.large', 'value'), null, 'a table without statistics has no value');
select dblink_connect('other', format('host=%s port=%s dbname=''%s'' user=%s',
	split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'),
	current_database(), session_user));
select dblink_exec('other', 'begin; lock table hc.large');
set lock_timeout = 1000;
select is(pg_temp.found('stats_stale', '%'), 'nothing', 'stats_stale does not wait for a locked table');
reset lock_timeout;
select dblink_exec('other', 'rollback; begin; lock table hc.large in share mode');
select is(pg_temp.found('stats_stale'), 'hc.large warning', 'stats_stale reads a table under weaker locks');
select dblink_exec('other', 'rollback');
select pg_temp.told('stats_stale', 'hc.large', 'fix_sql') as repair \gexec
select is(pg_temp.found('stats_stale'), 'nothing', 'ANALYZE ends the finding');

-- ---- vacuum_overdue ----

create table hc."Dead ""Rows""" (a int) with (autovacuum_enabled = off);
insert into hc."Dead ""Rows""" select generate_series(1, 1000);
:flush
analyze hc."Dead ""Rows""";
-- 50 and a fifth of 1,000 are 250
delete from hc."Dead ""Rows""" where a <= 499;
:flush
select is(pg_temp.found('vacuum_overdue'), 'nothing', 'fewer dead rows than twice what starts autovacuum are no finding');
delete from hc."Dead ""Rows""" where a = 500;
:flush
select is(pg_temp.found('vacuum_overdue'), 'hc."Dead ""Rows""" info', 'vacuum_overdue finds twice the dead rows');
select is(pg_temp.told('vacuum_overdue', 'hc."Dead ""Rows"""', 'message'),
	'hc."Dead ""Rows""" has 500 dead rows, 2 times the autovacuum threshold', 'the message has dead rows and limit');
alter table hc."Dead ""Rows""" set (autovacuum_vacuum_threshold = 51);
select is(pg_temp.found('vacuum_overdue'), 'nothing', 'the table''s own threshold is used');
alter table hc."Dead ""Rows""" set (autovacuum_vacuum_threshold = 40, autovacuum_vacuum_scale_factor = 0.01);
select is(pg_temp.told('vacuum_overdue', 'hc."Dead ""Rows"""', 'value'), '10', 'the table''s own scale factor is used');
select case when :SERVER_VERSION_NUM >= 180000
	then 'alter table hc."Dead ""Rows""" set (autovacuum_vacuum_max_threshold = 25)'
	else 'alter table hc."Dead ""Rows""" set (autovacuum_vacuum_threshold = 15)' end \gexec
select is(pg_temp.told('vacuum_overdue', 'hc."Dead ""Rows"""', 'value'), '20', 'the table''s own limit of the threshold is used');
select 'alter table hc."Dead ""Rows""" reset (autovacuum_vacuum_max_threshold)' where :SERVER_VERSION_NUM >= 180000 \gexec
alter table hc."Dead ""Rows""" set (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
select is(pg_temp.told('vacuum_overdue', 'hc."Dead ""Rows"""', 'value'), '500', 'a threshold of nothing is no division by zero');
select pg_temp.told('vacuum_overdue', 'hc."Dead ""Rows"""', 'fix_sql') as repair \gexec
:flush
select is(pg_temp.found('vacuum_overdue'), 'nothing', 'fix_sql vacuums the table');
alter table hc."Dead ""Rows""" set (autovacuum_vacuum_threshold = 1000);
insert into hc."Dead ""Rows""" select generate_series(1, 10000);
delete from hc."Dead ""Rows""" where ctid in (select ctid from hc."Dead ""Rows""" where a <= 9999 limit 9999);
:flush
select is(pg_temp.found('vacuum_overdue'), 'hc."Dead ""Rows""" info', 'fewer than 10,000 dead rows are no warning');
delete from hc."Dead ""Rows""" where ctid = (select ctid from hc."Dead ""Rows""" limit 1);
:flush
select is(pg_temp.found('vacuum_overdue'), 'hc."Dead ""Rows""" critical', '10,000 are judged by the threshold');
alter table hc."Dead ""Rows""" reset (autovacuum_enabled);
select is(pg_temp.found('vacuum_overdue'), 'hc."Dead ""Rows""" info', 'where autovacuum came lately, it will come again');
begin;
set local allow_system_table_mods = on;
create or replace view pg_catalog.pg_prepared_xacts as select xid '3' as transaction, text 'forgotten' as gid,
	now() - interval '6 minutes' as prepared, session_user as owner, current_database() as database;
select is(pg_temp.found('vacuum_overdue'), 'hc."Dead ""Rows""" critical', 'it comes in vain while a transaction holds dead rows');
rollback;

-- ---- dbhealth_vacuum ----

-- What is due: "reason value of threshold, ...".
create function pg_temp.due(about text) returns text language sql as $$
	select coalesce(string_agg(format('%s: %s %s of %s%s', work, reason, value, threshold,
		case when not enabled then ' off' end), ', ' order by reason), 'nothing')
	from dbhealth_vacuum() where table_name = about and due_since is null and pid is null
$$;

create table hc.due (a int);
alter table hc.due set (autovacuum_vacuum_insert_threshold = 100000);
insert into hc.due select generate_series(1, 1000);
:flush
analyze hc.due;
delete from hc.due where a <= 150;
:flush
select is(pg_temp.due('hc.due'), 'nothing', 'a table at the threshold is not due');
delete from hc.due where a = 151;
:flush
select is(pg_temp.due('hc.due'), 'analyze: changed rows 151 of 150', 'one more changed row is due');
delete from hc.due where a <= 251;
:flush
select is(pg_temp.due('hc.due'), 'analyze: changed rows 251 of 150, vacuum: dead rows 251 of 250', 'so are dead rows');
alter table hc.due set (autovacuum_vacuum_threshold = 60, autovacuum_analyze_scale_factor = 0.5, autovacuum_enabled = off,
	autovacuum_vacuum_insert_threshold = 700, autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_freeze_max_age = 100000);
select is(pg_temp.due('hc.due'), 'vacuum: inserted rows 1000 of 800 off', 'the parameters of the table are used');
alter table hc.due set (autovacuum_vacuum_insert_threshold = -1);
select is(pg_temp.due('hc.due'), 'nothing', 'a threshold of -1 is none');
alter table hc.due set (autovacuum_vacuum_threshold = 0);
vacuum hc.due;
:flush
select is((select format('%s %s', reason, last_at) from dbhealth_vacuum() where table_name = 'hc.due'), null, 'a vacuumed table is not due');
drop table hc.due;

-- ---- insert_only_unvacuumed ----

create table hc."New ""Rows""" (a int) with (autovacuum_enabled = off);
insert into hc."New ""Rows""" select generate_series(1, 99999);
:flush
select is(pg_temp.found('insert_only_unvacuumed'), 'nothing', 'fewer than 100,000 new rows are no finding');
insert into hc."New ""Rows""" values (1);
:flush
select is(pg_temp.found('insert_only_unvacuumed'), 'hc."New ""Rows""" warning', 'insert_only_unvacuumed finds more than 100,000 new rows');
-- 1,000 and a fifth of 245,000 are 50,000
insert into hc."New ""Rows""" select generate_series(1, 145000);
:flush
vacuum hc."New ""Rows""";
:flush
insert into hc."New ""Rows""" select generate_series(1, 99999);
:flush
select is(pg_temp.found('insert_only_unvacuumed'), 'nothing', 'fewer than twice the rows that start autovacuum are no finding');
insert into hc."New ""Rows""" values (1);
:flush
select is(pg_temp.told('insert_only_unvacuumed', 'hc."New ""Rows"""', 'message'),
	'hc."New ""Rows""": 100000 rows inserted since the last VACUUM, 2 times the autovacuum threshold', 'twice the rows that start autovacuum are a finding');
alter table hc."New ""Rows""" set (autovacuum_vacuum_insert_threshold = 1001);
select is(pg_temp.found('insert_only_unvacuumed'), 'nothing', 'the insert threshold of the table is used');
alter table hc."New ""Rows""" set (autovacuum_vacuum_insert_threshold = 0, autovacuum_vacuum_insert_scale_factor = 0.1);
select is(round(pg_temp.told('insert_only_unvacuumed', 'hc."New ""Rows"""', 'value')::numeric, 1), 4.1, 'the insert scale factor of the table is used');
alter table hc."New ""Rows""" set (autovacuum_vacuum_insert_threshold = -1);
select is(pg_temp.found('insert_only_unvacuumed'), 'nothing', 'a table with disabled insert vacuum is not checked');
alter table hc."New ""Rows""" reset (autovacuum_vacuum_insert_threshold, autovacuum_vacuum_insert_scale_factor);
select pg_temp.told('insert_only_unvacuumed', 'hc."New ""Rows"""', 'fix_sql') as repair \gexec
:flush
select is(pg_temp.found('insert_only_unvacuumed'), 'nothing', 'VACUUM repairs insert_only_unvacuumed');
drop table hc."New ""Rows""";

-- ---- slow_queries ----

select is((select format('%s, %s, %s', severity, reason, fix_sql) from pg_temp.said('slow_queries')),
	'not_applicable, the extension pg_stat_statements is not installed, CREATE EXTENSION pg_stat_statements SCHEMA public;',
	'slow_queries needs pg_stat_statements');
select fix_sql as repair from pg_temp.said('slow_queries') \gexec
select pg_stat_statements_reset() is not null;
select is((select severity from pg_temp.said('slow_queries')), 'ok', 'the reason names pg_stat_statements');
create schema "Stat ""S""";
alter extension pg_stat_statements set schema "Stat ""S""";
set pg_stat_statements.track = 'none';
select "Stat ""S""".pg_stat_statements_reset();

-- Runs a query n times that takes 6 ms; each width is a query of its own.
create procedure pg_temp.run(width int, n int) language plpgsql set pg_stat_statements.track = 'all' as $$
begin
	for i in 1 .. n loop
		execute 'select pg_sleep(0.006)' || repeat(', 1', width);
	end loop;
end $$;
set dbcare.slow_query_ms = '5';
call pg_temp.run(0, 9);
select is((select severity from pg_temp.said('slow_queries')), 'ok', 'queries with nine calls are not checked');
call pg_temp.run(0, 1);
select results_eq($$select severity, value, message from pg_temp.said('slow_queries')$$,
	$$values ('info', 1::float8, '1 query takes more than 5 ms on average')$$, 'queries with ten calls are checked');
set dbcare.slow_query_ms = '1000';
select is((select severity from pg_temp.said('slow_queries')), 'ok', 'fast queries are no finding');
set dbcare.avg_query_warning_ms = '5';
select is((select severity from pg_temp.said('slow_queries')), 'ok', 'avg_query_warning_ms, of the alert query_time, does not count');
reset dbcare.avg_query_warning_ms;
set dbcare.slow_query_ms = '5';
select dblink_disconnect('other');
select dblink_connect('other', format('host=%s port=%s dbname=postgres user=%s',
	split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), session_user));
select dblink_exec('other', $$set pg_stat_statements.track = 'all'$$);
select dblink_exec('other', $$do 'begin for i in 1 .. 10 loop perform pg_sleep(0.006), 1, 2, 3, 4, 5; end loop; end'$$);
select is((select value from pg_temp.said('slow_queries')), 1::float8, 'queries of other databases are not checked');
do $$begin for i in 1 .. 9 loop call pg_temp.run(i, 10); end loop; end$$;
select is((select format('%s %s', severity, value) from pg_temp.said('slow_queries')), 'info 10', 'ten queries are tolerated');
call pg_temp.run(10, 10);
select is((select format('%s %s', severity, value) from pg_temp.said('slow_queries')), 'warning 11', 'more are a warning');
select is((select penalty from dbhealth_checks('{"checks": ["slow_queries"]}')), 10::float8, 'slow_queries costs ten points');
create role hc_guest;
set role hc_guest;
select is((select format('%s: %s', severity, reason) from pg_temp.said('slow_queries')),
	'unknown: permission denied for schema Stat "S"', 'a role without USAGE on the schema gets unknown');
reset role;
grant usage on schema "Stat ""S""" to hc_guest;
set role hc_guest;
select is((select format('%s %s', severity, value) from pg_temp.said('slow_queries')), 'warning 11', 'who may sees how many there are');
reset role;
revoke execute on function "Stat ""S""".pg_stat_statements(boolean) from public;
set role hc_guest;
select is((select format('%s: %s', severity, reason) from pg_temp.said('slow_queries')),
	'unknown: permission denied for function pg_stat_statements', 'a role without EXECUTE gets unknown');
reset role;
drop owned by hc_guest;
drop role hc_guest;
reset dbcare.slow_query_ms;
reset pg_stat_statements.track;

-- ---- xid_wraparound ----

create table hc."Very ""Old""" (a int);

-- tables that were left behind
begin;
update pg_class set relfrozenxid = ((relfrozenxid::text::bigint + 4294967296 - 600000000) % 4294967296)::text::xid
	where oid = 'hc."Very ""Old"""'::regclass;
update pg_database set datfrozenxid = ((datfrozenxid::text::bigint + 4294967296 - 600000000) % 4294967296)::text::xid
	where datname = current_database();
select results_eq($$select severity, object, message, fix_sql from pg_temp.said('xid_wraparound')$$,
	$$values ('warning', 'database "hc ""Counts"""',
		'database "hc ""Counts""" has used 28 % of its transaction ids; the oldest table is hc."Very ""Old"""',
		'VACUUM (FREEZE, INDEX_CLEANUP OFF) hc."Very ""Old""";')$$,
	'a quarter of the transaction ids is a warning with the tables to vacuum');
do $$
begin
	for i in 1 .. 100 loop
		execute format('create table hc.old_%s (a int)', i);
	end loop;
end $$;
update pg_class set relfrozenxid = (select relfrozenxid from pg_class where relname = 'Very "Old"') where relname ~ '^old_';
select is(pg_temp.told('xid_wraparound', 'database "hc ""Counts"""', 'fix_sql'), 'VACUUM (FREEZE, INDEX_CLEANUP OFF);',
	'with more than 100 old tables fix_sql vacuums the database');
update pg_database set datfrozenxid = ((datfrozenxid::text::bigint + 4294967296 - 500000000) % 4294967296)::text::xid
	where datname = current_database();
select is(pg_temp.told('xid_wraparound', 'database "hc ""Counts"""', 'severity'), 'critical', 'half of the transaction ids are critical');
rollback;

-- 2,000 of 2,144,483,648 are 0.0000933 percent
-- Waits until no session sees what was before: VACUUM could not freeze it.
create procedure pg_temp.await_sessions(since xid8) language plpgsql as $$
begin
	while exists (select from pg_stat_activity where pid <> pg_backend_pid() and backend_xmin::text::bigint <= since::text::bigint) loop
		perform pg_sleep(0.01);
		perform pg_stat_clear_snapshot();
	end loop;
end $$;
set dbcare.check_xid_wraparound_warning = '0.0000933';
select pg_temp.told('xid_wraparound', 'database "hc ""Counts"""', 'fix_sql') as repair \gexec
select is(pg_temp.found('xid_wraparound', 'database "hc%'), 'nothing', 'a database that has just been frozen is no finding');
select pg_current_xact_id() as since \gset
call pg_temp.await_sessions(:'since');
vacuum (freeze);
create procedure pg_temp.burn(n int) language plpgsql as $$
begin
	for i in 1 .. n loop
		begin
			insert into hc."Very ""Old""" values (i);
		exception when others then
			raise;
		end;
	end loop;
end $$;
call pg_temp.burn(1900);
select is(pg_temp.found('xid_wraparound', 'database "hc%'), 'nothing', 'an age just below the threshold is no finding');
call pg_temp.burn(200);
select is(pg_temp.found('xid_wraparound', 'database "hc%'), 'database "hc ""Counts""" warning', 'xid_wraparound finds an age above the threshold');
set dbcare.check_xid_wraparound_critical = '0.0000934';
select is(pg_temp.found('xid_wraparound', 'database "hc%'), 'database "hc ""Counts""" critical', 'xid_wraparound has its own critical threshold');
select is(dbhealth_report('{"checks": ["xid_wraparound"]}') ->> 'status', 'critical', 'xid_wraparound makes the status critical');
select ok(dbhealth_score('{"checks": ["xid_wraparound"]}') <= 59, 'xid_wraparound limits the score');
select pg_current_xact_id() as since \gset
call pg_temp.await_sessions(:'since');
vacuum (freeze);
select is(pg_temp.found('xid_wraparound', 'database "hc%'), 'nothing', 'freezing ends the finding');
select results_eq($$select message, fix_sql from pg_temp.said('xid_wraparound') where object = 'database template0'$$,
	$$values ('database template0 has used 0 % of its transaction ids; the oldest table is visible only from there', null)$$,
	'a database that refuses connections is checked');

-- ---- mxid_wraparound ----

select is(pg_temp.found('mxid_wraparound', '%'), 'nothing', 'young multixacts are no finding');
-- as old as a database says that it is
create function pg_temp.aged(millions bigint) returns text language sql as $$
	update pg_database set datminmxid = ((datminmxid::text::bigint + mxid_age(datminmxid) + 4294967296 - millions * 1000000)
			% 4294967296)::text::xid
		where datname = current_database();
	select pg_temp.found('mxid_wraparound', '%')
$$;
begin;
select is(pg_temp.aged(536), 'nothing', 'multixacts below a quarter of the limit are no finding');
select is(pg_temp.aged(537), 'database "hc ""Counts""" warning', 'mxid_wraparound finds an age above the threshold');
select is(pg_temp.aged(1073), 'database "hc ""Counts""" critical', 'half of the multixacts are critical');
select matches(pg_temp.told('mxid_wraparound', 'database "hc ""Counts"""', 'message'),
	'^database "hc ""Counts""" has used 50 % of its multixact ids; the oldest table is [a-z_]+\.', 'mxid_wraparound names the oldest table');
select is(pg_temp.told('mxid_wraparound', 'database "hc ""Counts"""', 'fix_sql'), 'VACUUM (FREEZE, INDEX_CLEANUP OFF);',
	'without an old table fix_sql vacuums the database');
rollback;
select is(pg_temp.found('mxid_wraparound', '%'), 'nothing', 'restoring the ages ends the finding');

select dblink_disconnect('other');
select * from finish();
\connect postgres
drop database "hc ""Counts""";
