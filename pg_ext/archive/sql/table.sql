-- columns: mode
-- How deleted rows of table $1 are kept: the table that has this name, or one without an OID that had it, is looked for
-- instead of the names of all.
select a.mode
from dbcare.archived_table as a
where a.table_id in (select b.table_id from {bound_tables} as b where b.relid = pg_catalog.to_regclass($1) and b.now = $1)
union all
select a.mode
from dbcare.archived_table as a
where a.table_name = $1 and (select b.now from {bound_tables} as b where b.table_id = a.table_id) is null
