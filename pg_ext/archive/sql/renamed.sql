-- columns: table_name, mode
-- The renamed tables whose deleted rows are kept, with their mode; null: they have only
-- a trigger, as tables have that lose rows in cascades.  One that has its old name again has
-- rows under the names between.
with recursive name (table_id, table_name) as (
	-- one after the other, by the index
	(select d.table_id, d.table_name from dbcare.trash as d where d.root is null order by d.table_id, d.table_name limit 1)
	union all
	select n.table_id, n.table_name
	from name as o
	cross join lateral (select d.table_id, d.table_name from dbcare.trash as d
		where d.root is null and (d.table_id, d.table_name) > (o.table_id, o.table_name) order by d.table_id, d.table_name limit 1) as n
)
select b.now as table_name, (select a.mode from dbcare.archived_table as a where a.table_id = b.table_id) as mode
from {bound_tables} as b
where (b.was <> b.now or exists (select from name as n where n.table_id = b.table_id and n.table_name <> b.now)) and (exists (select from dbcare.archived_table as a where a.table_id = b.table_id)
	or exists (select from pg_catalog.pg_trigger as t where t.tgrelid = b.relid and t.tgfoid in {own_function:dbarchive_capture}))
order by b.now
