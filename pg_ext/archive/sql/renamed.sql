-- columns: table_name, mode
-- The renamed tables whose deleted rows are kept, with their mode; null: they have only
-- a trigger, as tables have that lose rows in cascades.
select b.now as table_name, (select a.mode from dbcare.archived_table as a where a.table_id = b.table_id) as mode
from {bound_tables} as b
where b.was <> b.now and (exists (select from dbcare.archived_table as a where a.table_id = b.table_id)
	or exists (select from pg_catalog.pg_trigger as t where t.tgrelid = b.relid and t.tgfoid in {own_function:dbarchive_capture}))
order by b.now
