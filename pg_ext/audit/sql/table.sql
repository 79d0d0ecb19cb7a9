-- columns: table_id, enabled, problem
-- The number of table $2 of schema $1, which is shown as $3, among those that are or
-- were logged; 0: none.  A table of another database, from which dbcare's tables were
-- copied, has the triggers of dbaudit_enable() and the name.
with tab as (
	select c.oid as relid, c.relpersistence, pg_catalog.pg_get_userbyid(c.relowner)::text as owner_name
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), existing as (
	select t.tgparentid <> 0 or t.tgisinternal as inherited,
		-- who owns a table can write any argument
		cast(pg_catalog.substring(pg_catalog.encode(t.tgargs, 'escape'), E'^([0-9]{1,18})\\\\000') as bigint) as table_id
	from tab
	join pg_catalog.pg_trigger as t on t.tgrelid = tab.relid and t.tgfoid = any {own_function:dbaudit_capture} and t.tgtype = 29
), logged as (
	select pg_catalog.max(a.table_id) as table_id
	from tab
	cross join dbcare.audited_table as a
	join dbcare.known_table as k on k.table_id = a.table_id
	where k.place = {place} and k.relid = tab.relid
		or k.table_name = $3 and k.owner_name = tab.owner_name
			and (k.place <> {place} or not exists (select from pg_catalog.pg_class as c where c.oid = k.relid))
)
select coalesce(l.table_id, 0) as table_id,
	exists (select from existing as e where not e.inherited and e.table_id = l.table_id) as enabled,
	case when exists (select from existing as e where e.inherited) then 'it is a partition of a table that is logged'
		when tab.relpersistence = 't' then 'it is temporary'
		when not exists (select from pg_catalog.pg_index as i where i.indrelid = tab.relid and i.indisprimary)
			then 'it has no primary key' end as problem
from tab
cross join logged as l
