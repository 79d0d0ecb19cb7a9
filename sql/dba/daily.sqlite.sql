-- Daily maintenance: backup, retention, planner statistics; then what is wrong.
-- run.sh runs it; call sqlite3 with -bail.

-- a backup, where the setting backup_directory says where to
select case when dbcare_get('backup_directory') is not null
	then json_extract(dbbackup_create(), '$.name') else 'none: the setting backup_directory is not set' end as backup;
select case when dbcare_get('backup_directory') is not null
	then dbbackup_cleanup(json_object('confirm', json_extract(dbhealth_ping(), '$.database'))) end as removed_backups;

-- the policies of dbarchive_policy()
select json_extract(dbarchive_apply(json_object('confirm', json_extract(dbhealth_ping(), '$.database'),
	'vacuum', json('true'), 'max_seconds', 3600)), '$.failed') as failed_retention;
select json_extract(dbhealth_optimize(json_object('confirm', json_extract(dbhealth_ping(), '$.database'),
	'dry_run', json('false'))), '$.failed') as failed_optimize;

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
