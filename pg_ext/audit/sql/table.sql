-- columns: table_id, enabled, problem
-- The number of table $2 of schema $1, which is shown as $3: that of its
-- triggers, or of a table with this name that was logged; 0: none.
with tab as (
	select c.oid as relid, c.relpersistence
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), existing as (
	select t.tgparentid <> 0 as inherited,
		cast(pg_catalog.split_part(pg_catalog.encode(t.tgargs, 'escape'), E'\\000', 1) as bigint) as table_id
	from tab
	join pg_catalog.pg_trigger as t on t.tgrelid = tab.relid and t.tgname = 'dbcare_audit' and not t.tgisinternal
	union all
	select true, 0
	from tab
	join pg_catalog.pg_trigger as t on t.tgrelid = tab.relid and t.tgname = 'dbcare_audit' and t.tgisinternal
)
select coalesce((select e.table_id from existing as e where not e.inherited),
		(select pg_catalog.max(a.table_id) from dbcare.audited_table as a where a.table_name = $3), 0) as table_id,
	exists (select from existing as e where not e.inherited) as enabled,
	case when exists (select from existing as e where e.inherited) then 'it is a partition of a table that is logged'
		when tab.relpersistence = 't' then 'it is temporary'
		when not exists (select from pg_catalog.pg_index as i where i.indrelid = tab.relid and i.indisprimary)
			then 'it has no primary key' end as problem
from tab
