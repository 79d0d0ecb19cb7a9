-- After a deployment: is everything applied, and are schema and data sound?  For
-- psql and sqlite3.
-- run.sh runs it; in psql set ON_ERROR_STOP, call sqlite3 with -bail.

select version, name, state, applied_at, duration_ms from dbmigrate_status() where state <> 'applied';
select version, finding, message from dbmigrate_verify();

-- reads all rows of tables with constraints that the engine has not proven
select source, name, table_name, violations, severity, message from dbcheck_run('{"sources": ["constraint"]}');

select severity, object, message, suggestion from dbhealth_checks()
where severity in ('warning', 'critical') order by severity, check_id, object;

-- a last statement that fails if the answer is no
create temp table after_deployment (
	unfinished bigint constraint "migrations are not applied" check (unfinished = 0),
	changed bigint constraint "dbmigrate_verify() has findings" check (changed = 0),
	violated bigint constraint "rows violate constraints" check (violated = 0),
	critical bigint constraint "the database has critical findings" check (critical = 0));
insert into after_deployment
select (select count(*) from dbmigrate_status() where state <> 'applied'),
	(select count(*) from dbmigrate_verify()),
	(select count(*) from dbcheck_run('{"sources": ["constraint"]}')),
	(select count(*) from dbhealth_checks() where severity = 'critical');
drop table after_deployment;
