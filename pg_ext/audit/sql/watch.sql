-- columns: statement
-- Statements that turn the log of DDL on ($1) or off.
with watcher (name, event) as (
	values ('dbcare_audit', 'ddl_command_end'), ('dbcare_audit_drop', 'sql_drop')
), existing as (
	select e.evtname as name
	from pg_catalog.pg_event_trigger as e
)
select case when $1
	then pg_catalog.format('create event trigger %I on %s execute function %s()', w.name, w.event,
		(select pg_catalog.format('%I.dbcare_log_ddl', n.nspname)
			from pg_catalog.pg_extension as x
			join pg_catalog.pg_namespace as n on n.oid = x.extnamespace
			where x.extname = 'dbcare'))
	else pg_catalog.format('drop event trigger %I', w.name) end as statement
from watcher as w
where $1 = not exists (select from existing as e where e.name = w.name)
order by w.name
