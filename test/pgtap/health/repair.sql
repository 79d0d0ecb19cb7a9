-- A database in which nearly every health check finds something, with names
-- that are hard to write: what other roles are told, what the report makes of
-- it, and that every fix_sql runs as it is printed, after which nothing is
-- left to be found.
set client_min_messages = warning;
drop database if exists "hc ""Sick""";
-- databases have a provider and a version of their collation from 15 on
select :SERVER_VERSION_NUM >= 150000 as since_15,
	case when :SERVER_VERSION_NUM >= 150000 then 'locale_provider icu icu_locale ' || quote_literal('de') else ' ' end as provider \gset
create database "hc ""Sick""" template template0 :provider;
\connect "hc ""Sick"""
\ir begin.psql
-- as it is from PostgreSQL 15 on
revoke create on schema public from public;
create extension dblink;
create schema "Am Check";
create extension amcheck schema "Am Check";
create role "hc ""Guest""";
create role hc_monitor;
grant pg_monitor to hc_monitor;
select no_plan();

-- ---- what is wrong ----

-- the same in three schemas: only that of the user is his
create schema member;
set search_path = member;
\ir sick.psql
do $$
declare
	relation record;
begin
	for relation in select oid::regclass as name, relkind from pg_class
		where relnamespace = 'member'::regnamespace and relkind in ('r', 'S')
	loop
		execute format('alter extension dblink add %s %s',
			case relation.relkind when 'r' then 'table' else 'sequence' end, relation.name);
	end loop;
end $$;
reset search_path;
select dbcare_install() ->> 'success' as installed \gset
set search_path = dbcare;
\ir sick.psql
create schema "It's; --";
set search_path = "It's; --", public;
\ir sick.psql

create collation "Col'l" (provider = icu, locale = 'de');
create table "Text" (id int primary key, t text, u text collate "Col'l");
create index "Text t" on "Text" (t);
create unique index "Text u" on "Text" (u);
update pg_collation set collversion = '1' where collname = 'Col''l';
\if :since_15
update pg_database set datcollversion = '0' where datname = current_database();
\endif

select dblink_connect('idle', format('host=%s port=%s dbname=''%s'' user=%s application_name=hc_idle',
	split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'),
	current_database(), session_user));
select slot_name from pg_create_logical_replication_slot('hc_sick', 'pgoutput');
call pg_temp.age_slots();
select dblink_exec('idle', 'begin isolation level repeatable read');
select n from dblink('idle', 'select 1') as r (n int);
create table burnt (id int primary key);
drop table burnt;

\if :since_15
select is(pg_temp.told('collation_version_mismatch', 'of database "hc ""Sick"""', 'fix_sql'),
	'REINDEX INDEX CONCURRENTLY "It''s; --"."Text t"; ALTER DATABASE "hc ""Sick""" REFRESH COLLATION VERSION;',
	'indexes are rebuilt before their collation is refreshed');
\endif
set synchronous_commit = off;
set dbcare.check_disk_free_critical = '0';
set dbcare.check_xid_wraparound_warning = '0';
set dbcare.check_xmin_horizon_held_warning = '2';
set dbcare.check_long_running_tx_warning = '0';
set dbcare.check_connection_usage_warning = '0.1';


-- What is said of each check that has something to say: "severity object, ...",
-- without what is not this database's, what changes by itself, and how the
-- server happens to be set up.
create function public.said() returns table (check_id text, findings text) language sql as $$
	select c.check_id, string_agg(distinct concat_ws(' ', c.severity,
		regexp_replace(c.object, '^session \d+ .*', 'session')) collate "C", ', ')
	from dbhealth_checks('{"level": "full"}') as c
	where c.severity not in ('ok', 'skipped', 'not_applicable')
		and c.check_id not in ('checksums_disabled', 'memory_overcommit', 'memory_settings', 'pending_restart', 'timeouts_unset',
			'version_eol', 'weak_auth')
		-- they have a file of their own
		and c.check_id not in ('migration_failed', 'migration_modified', 'migrations_pending', 'schema_drift',
			'archive_triggers', 'audit_log_size', 'audit_triggers', 'audit_unsealed', 'held_rows_old', 'retention_policies',
			'initialisation_failed')
		and (c.object ~ '^database' and c.object <> format('database %I', current_database())) is not true
	group by c.check_id
	order by c.check_id collate "C"
$$;

-- ---- what is found ----

create temporary table found as select * from public.said();
grant select on found to public;
select results_eq($$select * from found order by check_id collate "C"$$,
	$$values ('collation_version_mismatch',
			'critical "It''s; --"."Col''l"' || case when current_setting('server_version_num')::int >= 150000
				then ', warning of database "hc ""Sick"""' else '' end),
		('connection_usage', 'warning the server'),
		('constraints_not_validated', 'warning "It''s; --"."Off"'),
		('disabled_ri_triggers', 'critical "It''s; --"."Off"'),
		('disk_free', 'critical data directory'),
		('duplicate_indexes', 'info "It''s; --"."Twin; 2"'),
		('durability_settings', 'info synchronous_commit'),
		('integrity_index_match', 'critical "It''s; --"."Da""maged"'),
		('integrity_structure', 'critical "It''s; --"."Da""maged"'),
		('invalid_indexes', 'warning "It''s; --"."Left; over"'),
		('long_running_tx', 'warning session'),
		('missing_fk_index', 'info "It''s; --"."Child %s"'),
		('missing_primary_key', 'info "It''s; --"."No ""Key"""'),
		('orphaned_rows', 'warning "It''s; --"."Child %s"'),
		('replication_slots', 'warning hc_sick'),
		('sequence_exhaustion', 'critical "It''s; --"."Near ""End""_Id_seq"'),
		('stats_stale', 'info "It''s; --"."De""ad", warning "It''s; --"."Stale"'),
		('table_bloat', 'critical "It''s; --"."Bloat 100%"'),
		('vacuum_overdue', 'info "It''s; --"."De""ad"'),
		('xid_wraparound', 'warning database "hc ""Sick"""'),
		('xmin_horizon_held', 'warning replication slot hc_sick, warning session')$$,
	'all planted problems are found');

-- ---- what other roles are told ----

set role hc_monitor;
select results_eq('select * from public.said() except select * from found order by 1',
	$$values ('constraint_violations', 'unknown "It''s; --"."Off"'),
		('data_rules_failed', 'unknown'),
		('duplicate_keys', (select string_agg(format('unknown "It''s; --".%I', n), ', ')
			from unnest(array['Bloat 100%', 'Bro"ken', 'Child %s', 'De"ad', 'Near "End"', 'Off', 'Pa"rent', 'Stale', 'Text']) as n)),
		('heap_structure', 'unknown'),
		('integrity_index_match', 'unknown'),
		('integrity_structure', 'unknown'),
		('orphaned_rows', 'unknown "It''s; --"."Child %s", unknown "It''s; --"."Off"'),
		('pk_int_headroom', (select string_agg(format('unknown "It''s; --".%I', n), ', ')
			from unnest(array['Bloat 100%', 'Bro"ken', 'Child %s', 'De"ad', 'Off', 'Pa"rent', 'Stale', 'Text']) as n)),
		('sequence_behind_data', 'unknown "It''s; --"."Near ""End""_Id_seq"'),
		('sequence_exhaustion', 'unknown "It''s; --"."Near ""End""_Id_seq"')$$,
	'pg_monitor sees the same, except what needs table data');
set role "hc ""Guest""";
select results_eq('select * from public.said() except select * from found order by 1',
	$$values ('constraint_violations', 'unknown "It''s; --"."Off"'),
		('data_rules_failed', 'unknown'),
		('duplicate_keys', (select string_agg(format('unknown "It''s; --".%I', n), ', ')
			from unnest(array['Bloat 100%', 'Bro"ken', 'Child %s', 'De"ad', 'Near "End"', 'Off', 'Pa"rent', 'Stale', 'Text']) as n)),
		('heap_structure', 'unknown'),
		('integrity_index_match', 'unknown'),
		('integrity_structure', 'unknown'),
		('long_running_tx', 'unknown sessions of other roles'),
		('orphaned_rows', 'unknown "It''s; --"."Child %s", unknown "It''s; --"."Off"'),
		('pk_int_headroom', (select string_agg(format('unknown "It''s; --".%I', n), ', ')
			from unnest(array['Bloat 100%', 'Bro"ken', 'Child %s', 'De"ad', 'Off', 'Pa"rent', 'Stale', 'Text']) as n)),
		('sequence_behind_data', 'unknown "It''s; --"."Near ""End""_Id_seq"'),
		('sequence_exhaustion', 'unknown "It''s; --"."Near ""End""_Id_seq"'),
		('wal_dir_size', 'unknown the log'),
		('xmin_horizon_held', 'unknown sessions of other roles, warning replication slot hc_sick')$$,
	'an ordinary role does not see other sessions');
select results_eq($$select distinct check_id, reason from dbhealth_checks('{"level": "full"}')
		where severity = 'unknown' and check_id not in ('duplicate_keys', 'pk_int_headroom', 'pending_restart', 'weak_auth') order by 1, 2$$,
	$$values ('archive_triggers', 'permission denied for table archived_table'),
		('audit_log_size', 'permission denied for table audited_table'),
		('audit_triggers', 'permission denied for table audited_table'),
		('audit_unsealed', 'permission denied for table audit_seal'),
		('constraint_violations', 'SELECT on "It''s; --"."Off" is needed'),
		('data_rules_failed', 'permission denied for table rule'),
		('heap_structure', 'EXECUTE on amcheck''s verify_heapam is needed'),
		('held_rows_old', 'permission denied for table hold'),
		('initialisation_failed', 'permission denied for table event'),
		('integrity_index_match', 'EXECUTE on amcheck''s bt_index_check is needed'),
		('integrity_structure', 'EXECUTE on amcheck''s bt_index_check is needed'),
		('long_running_tx', 'membership in pg_monitor is needed to see sessions of other roles'),
		('migration_failed', 'permission denied for table migration'),
		('migration_modified', 'permission denied for table migration'),
		('migrations_pending', 'permission denied for table migration'),
		('orphaned_rows', 'SELECT on "It''s; --"."Child %s" is needed'),
		('orphaned_rows', 'SELECT on "It''s; --"."Off" is needed'),
		('retention_policies', 'permission denied for table policy_run'),
		('schema_drift', 'permission denied for table migration'),
		('sequence_behind_data', 'SELECT on "It''s; --"."Near ""End""_Id_seq" is needed'),
		('sequence_exhaustion', 'SELECT on "It''s; --"."Near ""End""_Id_seq" is needed'),
		('wal_dir_size', 'membership in pg_monitor is needed to see the size of pg_wal'),
		('xmin_horizon_held', 'membership in pg_monitor is needed to see sessions of other roles')$$,
	'an ordinary role sees which privilege is missing');
select cmp_ok(dbhealth_score('{"checks": ["sequence_exhaustion"]}'), '<', 80::bigint, 'unknown checks lower the score');
reset role;

-- ---- the report ----

select results_eq($$select jsonb_array_elements(
			dbhealth_report('{"level": "full", "categories": ["integrity", "constraints"]}') -> 'checks')$$,
	$$select to_jsonb(c) from dbhealth_checks('{"level": "full", "categories": ["integrity", "constraints"]}') as c$$,
	'the report has the findings of dbhealth_checks');
create temporary table report as select dbhealth_report('{"level": "full"}') as r;
select is((select array_agg(key order by key collate "C") from report, jsonb_object_keys(r) as key),
	array['alerts', 'cap', 'checks', 'coverage', 'database', 'dbcare_version', 'duration_ms', 'engine', 'engine_version',
		'environment', 'generated_at', 'growth', 'migrations', 'omitted', 'recommendations', 'score', 'score_version', 'size_bytes',
		'status', 'summary'], 'the report has role, server and time');
select is((select r ->> 'database' from report), 'hc "Sick"', 'the report has the name of the database');
select is((select (r ->> 'score')::bigint from report), dbhealth_score('{"level": "full"}'), 'the report has the score of dbhealth_score');
select is((select r ->> 'status' from report), 'critical', 'the report has the status critical');
select is((select sum(n::int) from report, jsonb_each_text(r -> 'summary') as s (severity, n)),
	(select count(*)::bigint from dbhealth_checks('{"level": "full", "verbose": true}')), 'the summary counts all findings');
select is((select r #>> '{recommendations,0,severity}' from report), 'critical', 'recommendations begin with the most severe');
select is((select count(*) from report, jsonb_array_elements(r -> 'recommendations') as a
		where (a ->> 'check_id', a ->> 'object', coalesce(a ->> 'fix_sql', '')) in
			(select c.check_id, c.object, coalesce(c.fix_sql, '') from dbhealth_checks('{"level": "full"}') as c)),
	10::bigint, 'recommendations have the fix_sql of the findings');

-- ---- the repairs ----

-- first those that let go of the xmin horizon, which builds and VACUUM wait for
\set repairs `mktemp`
select fix_sql from dbhealth_checks('{"level": "full"}') where severity in ('info', 'warning', 'critical')
	group by fix_sql order by min(case category when 'operations' then 1 else 2 end), fix_sql
\g :repairs
reset search_path;
\o /dev/null
\i :repairs
\o
\setenv repairs :repairs
\! rm "$repairs"
select pass('all run as they are printed');
set search_path = "It's; --", public;
drop table "No ""Key""";
delete from "Child %s";
vacuum (analyze);
:flush
reset synchronous_commit;
reset dbcare.check_disk_free_critical;
reset dbcare.check_xid_wraparound_warning;
reset dbcare.check_xmin_horizon_held_warning;
reset dbcare.check_long_running_tx_warning;
reset dbcare.check_connection_usage_warning;
select is_empty($$select * from public.said() where check_id <> 'disk_free'$$,
	'running all fix_sql leaves no findings');

select dblink_disconnect('idle');
select * from finish();
drop owned by "hc ""Guest""", hc_monitor;
drop role "hc ""Guest""", hc_monitor;
\connect postgres
drop database "hc ""Sick""";
