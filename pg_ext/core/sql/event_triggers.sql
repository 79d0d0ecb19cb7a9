-- columns: statement
-- Statements that create ($1) or drop the event triggers $2 and $2 || '_drop', which call
-- function $3 of the extension.
with watcher (name, event) as (
	values (cast($2 as text), 'ddl_command_end'), ($2 || '_drop', 'sql_drop')
), existing as (
	select e.evtname as name
	from pg_catalog.pg_event_trigger as e
)
select case when $1
	then pg_catalog.format('create event trigger %I on %s execute function %s()', w.name, w.event,
		(select pg_catalog.format('%I.%I', n.nspname, cast($3 as text))
			from pg_catalog.pg_extension as x
			join pg_catalog.pg_namespace as n on n.oid = x.extnamespace
			where x.extname = 'dbcare'))
	else pg_catalog.format('drop event trigger %I', w.name) end as statement
from watcher as w
where $1 = not exists (select from existing as e where e.name = w.name)
order by w.name
