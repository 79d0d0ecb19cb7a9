-- columns: table_name, mode
-- The renamed tables whose deleted rows are kept, with their mode; null: they have only
-- a trigger, as tables have that lose rows in cascades.
select m.now as table_name, (select a.mode from {archived_tables} as a where a.table_name = m.now) as mode
from (select o.was, o.now from {old_names} as o where o.was <> o.now
	union select a.was, a.table_name from {archived_tables} as a where a.was <> a.table_name) as m
order by m.now
