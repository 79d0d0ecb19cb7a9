-- Health checks of the server: disk_free, days_until_full,
-- durability_settings, replication_slots; and what is said of it as it runs:
-- dbhealth_ping, dbcare_progress.  Other sessions are dblink's, in a database
-- of their own.
set client_min_messages = warning;
drop database if exists "hc ""Server""";
create database "hc ""Server""";
\connect "hc ""Server"""
\ir begin.psql
create extension dblink;
create role hc_guest;
create role hc_monitor;
grant pg_monitor to hc_monitor;
select no_plan();

-- ---- disk_free ----

-- what this machine has
set dbcare.check_disk_free_warning = '101';
set dbcare.check_disk_free_critical = '101';
select is((select severity from pg_temp.said('disk_free')), 'ok', 'a threshold above 100 percent finds no disk');
set dbcare.check_disk_free_critical = '0';
set role hc_guest;
select is(pg_temp.found('disk_free', '%'), 'data directory critical', 'disk_free finds a full disk for every role');
reset role;
select ok((select value between 0 and 100 from pg_temp.said('disk_free')), 'the value of disk_free is a percentage');
select matches(pg_temp.told('disk_free', 'data directory', 'message'),
	'^data directory: \d+(\.\d+)? % of the disk is used, \d+ bytes are free$', 'the message of disk_free has the free bytes');
select is(dbhealth_status('{"checks": ["disk_free"]}'), 'critical', 'a full disk is critical');
reset dbcare.check_disk_free_warning;
reset dbcare.check_disk_free_critical;

-- what others may have: thresholds, size and free space in GB, more of them
\set disk_free `cat pg_ext/health/sql/disk_free.sql`
create function pg_temp.disk(double precision, double precision, bigint, bigint,
	unused_1 bigint default null, unused_2 double precision default null, others text default '{}')
returns table (severity text, object text, value double precision, detail text, fix_sql text, reason text, probe text)
language sql as :'disk_free';
select results_eq(
	$$select d.size, d.free, f.severity, f.value, f.reason
		from (values (100, 16), (100, 15), (100, 6), (100, 5), (1000, 51), (1000, 50), (1000, 49),
			(null, null), (0, 0)) as d (size, free)
		left join lateral pg_temp.disk(85, 95, d.size::bigint << 30, d.free::bigint << 30) as f on true$$,
	$$values (100, 16, null, null, null),
		(100, 15, 'warning', 85::float8, null),
		(100, 6, 'warning', 94, null),
		(100, 5, 'critical', 95, null),
		(1000, 51, null, null, null),
		(1000, 50, 'critical', 95, null),
		(1000, 49, 'critical', 95.1, null),
		(null, null, 'unknown', null, 'the free space of the file system could not be measured'),
		(0, 0, 'unknown', null, 'the free space of the file system could not be measured')$$,
	'the default thresholds are 85 and 95 percent');
select results_eq(
	$$select d.size, d.free, f.severity from (values (400, 51), (400, 50), (400, 49)) as d (size, free)
		left join lateral pg_temp.disk(85, 95, d.size::bigint << 30, d.free::bigint << 30) as f on true$$,
	$$values (400, 51, null), (400, 50, null), (400, 49, 'warning')$$,
	'50 GB of free space are no finding');

select results_eq(
	$$select object, severity, value, detail from pg_temp.disk(85, 95, 100, 50, others => format(
		'{"wal_disk_total": 100, "wal_disk_free": 1, "tablespaces": [{"oid": %s, "total": 100, "free": 10},
			{"oid": %s, "total": 100, "free": 90}, {"oid": 1, "total": 100, "free": 0}]}',
		(select oid from pg_tablespace where spcname = 'pg_default'), (select oid from pg_tablespace where spcname = 'pg_global')))$$,
	$$values ('tablespace pg_default', 'warning', 90::float8, '10'), ('the log', 'critical', 99, '1')$$,
	'WAL and tablespaces on other disks are checked');

-- ---- days_until_full ----

select results_eq($$select severity, object, value, message, fix_sql, reason from pg_temp.said('days_until_full')$$,
	$$values ('not_applicable', null, null::float8, 'does not apply here', null,
		'a forecast needs at least 8 samples over 3 days')$$,
	'days_until_full has a reason without samples');

-- ---- durability_settings ----

select is((select severity from pg_temp.said('durability_settings')), 'ok', 'the default settings are durable');
set synchronous_commit = off;
select results_eq($$select severity, object, message, fix_sql from pg_temp.said('durability_settings')$$,
	$$values ('info', 'synchronous_commit', 'synchronous_commit is off', null)$$,
	'durability_settings finds commits that may be lost');
set synchronous_commit = local;
select is((select severity from pg_temp.said('durability_settings')), 'ok', 'local synchronous_commit is no finding');
reset synchronous_commit;

-- ---- replication_slots ----

select is((select severity from pg_temp.said('replication_slots')), 'ok', 'without replication slots there is no finding');
select pg_create_physical_replication_slot('hc_unused');
select pg_create_physical_replication_slot('hc_left', true);
call pg_temp.age_slots();
create table written (t text);
insert into written select repeat('x', 1000) from generate_series(1, 1000);
select is(pg_temp.found('replication_slots', '%'), 'hc_left warning, hc_unused info',
	'replication_slots finds inactive and unused slots');
select is(pg_temp.told('replication_slots', 'hc_unused', 'message'), 'replication slot hc_unused: never used', 'the message of an unused slot says that it was never used');
select matches(pg_temp.told('replication_slots', 'hc_left', 'message'),
	'^replication slot hc_left: not in use; keeps [1-9]\d*(\.\d+)? MB of WAL$', 'an inactive slot retains WAL');
select ok((select value > 0 and value < 100 from pg_temp.said('replication_slots') where object = 'hc_left'), 'the value is a percentage of the free disk');
set role hc_guest;
select is(pg_temp.found('replication_slots', '%'), 'hc_left warning, hc_unused info', 'every role sees replication slots');
reset role;
select pg_temp.told('replication_slots', 'hc_left', 'fix_sql') as repair \gexec
select is(pg_temp.found('replication_slots', '%'), 'hc_unused info', 'fix_sql drops only the inactive slot');
select pg_temp.told('replication_slots', 'hc_unused', 'fix_sql') as repair \gexec
select is((select severity from pg_temp.said('replication_slots')), 'ok', 'fix_sql of the unused slot drops it');

-- ---- dbhealth_ping ----

select is(dbhealth_ping() - 'latency_ms', jsonb_build_object('ok', true, 'engine', 'postgresql',
		'engine_version', split_part(current_setting('server_version'), ' ', 1),
		'database', 'hc "Server"', 'read_only', false),
	'dbhealth_ping has engine and version');
select cmp_ok((dbhealth_ping() ->> 'latency_ms')::numeric, '>=', 0::numeric, 'dbhealth_ping has the latency');
begin read only;
select dbhealth_ping() ->> 'read_only' as read_only \gset
rollback;
select is(:'read_only'::text, 'true', 'dbhealth_ping shows a read-only transaction');
set role hc_guest;
select is(dbhealth_ping() ->> 'ok', 'true', 'every role may call dbhealth_ping');
reset role;

-- ---- dbcare_progress ----

-- Opens another session on this database.
create function pg_temp.open(name text) returns text language sql as $$
	select dblink_connect(name, format('host=%s port=%s dbname=''%s'' user=%s application_name=%s',
		split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'),
		current_database(), session_user, name))
$$;

create table parent (id int primary key);
create table child (id int references parent);
select pg_temp.open('blocker');
select pg_temp.open('runner');
select is((select count(*) from dbcare_progress()), 0::bigint, 'dbcare_progress is empty without a running call');
select dblink_exec('blocker', 'begin; lock table parent');
select dblink_send_query('runner',
	$$select count(*) from dbhealth_checks('{"checks": ["integrity_structure", "orphaned_rows", "invalid_indexes"]}')$$);
do $$
begin
	while not exists (select from pg_locks where relation = 'parent'::regclass and not granted) loop
		perform pg_sleep(0.01);
	end loop;
end $$;
select results_eq($$select function_name, phase, done < total from dbcare_progress()$$,
	$$values ('dbhealth_checks', 'public.child', true)$$,
	'dbcare_progress shows a call and its progress');
select results_eq('select pid from dbcare_progress()',
	$$select pid::bigint from pg_stat_activity where application_name = 'runner'$$, 'dbcare_progress has the session');
select ok((select started_at between now() - interval '1 minute' and clock_timestamp() from dbcare_progress()), 'dbcare_progress has the start time');
set role hc_guest;
select is((select count(*) from dbcare_progress()), 0::bigint, 'an ordinary role does not see other sessions'' progress');
set role hc_monitor;
select is((select count(*) from dbcare_progress()), 1::bigint, 'pg_monitor sees the progress of all sessions');
reset role;
select dblink_exec('blocker', 'rollback');
select is((select n from dblink_get_result('runner') as r (n bigint)), 4::bigint, 'the call goes on; a locked table is unknown');
select * from dblink_get_result('runner') as r (n bigint);
select is((select count(*) from dbcare_progress()), 0::bigint, 'a finished call has no progress');

select dblink_disconnect('blocker');
select dblink_disconnect('runner');
-- a server that was built without libxml: nothing asks it
alter function pg_catalog.query_to_xml(text, boolean, boolean, text) rename to query_to_xml_gone;
select is(string_agg(check_id || ': ' || reason, E'\n'), null, 'checks need no libxml')
from dbhealth_checks('{"level": "full"}') where severity = 'unknown' and reason ~ 'xml|does not exist|cannot|invalid';
select lives_ok('select dbmonitor_sample()', 'sampling needs no libxml');
select is((select count(*) from dbcare.sample, jsonb_each_text(readings::jsonb)
	where key in ('wal_bytes', 'checkpoints_timed', 'checkpoints_requested') and value is not null), 3::bigint,
	'samples have the WAL and checkpoint counters');
select is((select bool_or(cast(value as double precision) > 0) from dbcare.sample, jsonb_each_text(readings::jsonb)
	where key = 'io_written_bytes'), case when :SERVER_VERSION_NUM >= 160000 then true end,
	'from 16 on, samples have what the server has written');
select isnt((select bytes from dbhealth_size() where part = 'wal'), null, 'the size of the WAL needs no libxml');
alter function pg_catalog.query_to_xml_gone(text, boolean, boolean, text) rename to query_to_xml;
select * from finish();
drop owned by hc_guest, hc_monitor;
drop role hc_guest, hc_monitor;
\connect postgres
drop database "hc ""Server""";
