-- After a deployment: is everything applied, and are schema and data sound?  For
-- psql and sqlite3.
-- run.sh runs it; in psql set ON_ERROR_STOP, call sqlite3 with -bail.

select version, name, state, applied_at, duration_ms from dbmigrate_status() where state <> 'applied';
select version, finding, message from dbmigrate_verify();

-- reads all rows of tables with constraints that the engine has not proven
select source, name, table_name, violations, severity, message from dbcheck_run('{"sources": ["constraint"]}');

select severity, object, message, suggestion from dbhealth_checks()
where severity in ('warning', 'critical') order by severity, check_id, object;

-- why a deployment is refused; refuse.*.sql, which run.sh runs next, makes that the exit status
create temp table refusal (reason text);
insert into refusal select 'migrations are not applied: ' || count(*) from dbmigrate_status() where state <> 'applied' having count(*) > 0;
insert into refusal select 'dbmigrate_verify() has findings: ' || count(*) from dbmigrate_verify() having count(*) > 0;
insert into refusal select 'rows violate constraints: ' || count(*) from dbcheck_run('{"sources": ["constraint"]}') having count(*) > 0;
insert into refusal select 'the database has findings that block a deployment: ' || count(*) from dbhealth_checks()
where severity = 'critical' or severity = 'warning' and dbcare_get('deployment_blocked_by_warnings') = 'true' having count(*) > 0;
