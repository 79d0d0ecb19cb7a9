-- Daily maintenance: backup, retention, planner statistics; then what is wrong.
-- run.sh runs it; in psql set ON_ERROR_STOP.  The role needs the rights that
-- dbcare_grant() gives an admin.

-- a backup, where the setting backup_directory says where to
select case when dbcare_get('backup_directory') is not null
	then dbbackup_create() ->> 'name' else 'none: the setting backup_directory is not set' end as backup;
select case when dbcare_get('backup_directory') is not null
	then dbbackup_cleanup(jsonb_build_object('confirm', current_database())) end as removed_backups;

-- the policies of dbarchive_policy()
select jsonb_build_object('confirm', current_database(), 'vacuum', true, 'max_seconds', 3600) as retention,
	jsonb_build_object('confirm', current_database(), 'dry_run', false) as optimize \gset
call dbarchive_apply(:'retention') \gset retention_
call dbhealth_optimize(:'optimize') \gset optimize_
select :'retention_result'::jsonb ->> 'failed' as failed_retention, :'optimize_result'::jsonb ->> 'failed' as failed_optimize;

-- a sample, for the forecast of growth
select dbmonitor_sample() is not null as sampled;

select alert, object, severity, message from dbmonitor_alerts();
select severity, object, message, suggestion from dbhealth_checks()
where severity in ('warning', 'critical') order by severity, check_id, object;

select table_name, policy, last_error from dbarchive_status()
where last_error is not null and last_error <> 'stopped by max_seconds';

-- why the script fails; refuse.*.sql, which run.sh runs next, makes that the exit status
create temp table refusal (reason text);
insert into refusal select 'a retention policy failed: ' || count(*) from dbarchive_status() where last_error is not null and last_error <> 'stopped by max_seconds' having count(*) > 0;
insert into refusal select 'dbhealth_optimize() failed: ' || count(*) from dbcare_events('{"function_name": "dbhealth_optimize", "limit": 1}') where outcome = 'failed' having count(*) > 0;
insert into refusal select 'the database has critical findings: ' || count(*) from dbhealth_checks() where severity = 'critical' having count(*) > 0;
