-- Before a deployment: may the pending migrations be applied?  For psql and sqlite3.
-- Register them first: dbcare load, or dbmigrate_load().
-- run.sh runs it; in psql set ON_ERROR_STOP, call sqlite3 with -bail.

-- what is to be applied, statement by statement, with what it locks and what is
-- dangerous
select version, name from dbmigrate_pending();
select version, statement_no, lock_level, rewrites_table, bytes, finding from dbmigrate_plan();

-- changes of migrations that were applied, and of the schema outside them
select version, finding, message from dbmigrate_verify();
select object_type, object, change from dbmigrate_drift();

select severity, object, message, suggestion from dbhealth_checks()
where severity in ('warning', 'critical') order by severity, check_id, object;

-- a backup to return to, where the setting backup_directory says where to
select case when dbcare_get('backup_directory') is not null then dbbackup_create() end as backup;

-- why a deployment is refused; refuse.*.sql, which run.sh runs next, makes that the exit status
create temp table refusal (reason text);
insert into refusal select 'lint finds errors in pending migrations: ' || count(*) from dbmigrate_plan() where finding like 'error%' or finding like '%
error%' having count(*) > 0;
insert into refusal select 'dbmigrate_verify() has findings: ' || count(*) from dbmigrate_verify() having count(*) > 0;
insert into refusal select 'the database has findings that block a deployment: ' || count(*) from dbhealth_checks()
where severity = 'critical' or severity = 'warning' and dbcare_get('deployment_blocked_by_warnings') = 'true' having count(*) > 0;
