-- columns: table_name, mode
-- The renamed tables whose deleted rows are kept, with their mode; null: they have only
-- a trigger, as tables have that lose rows in cascades.
select r.now as table_name, (select a.mode from dbcare.archived_table as a where a.table_id = r.table_id) as mode
from {renamed_tables} as r
order by r.now
