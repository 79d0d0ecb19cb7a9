-- columns: table_name
-- The tables from which the deletion of batch $1 may have deleted rows, or whose rows may
-- have lost their parents, without that these were kept: those that were there when it
-- ran, by their place in the schema, which VACUUM changes, and that had no trigger yet.
with deleted as materialized (
	select t.table_name, max(t.schema_row) as schema_row, min(t.trash_id) as first
	from main.dbcare_trash as t
	where {in_batch} and t.action = 'delete'
	group by t.table_name
)
select distinct {shown:s.name} as table_name
from deleted as d
join main.sqlite_schema as p on p.type = 'table' and {shown:p.name} = d.table_name
join main.sqlite_schema as s on s.type = 'table' and s.rowid <= d.schema_row and instr(lower(s.sql), 'references')
join temp.pragma_foreign_key_list(s.name, 'main') as f on lower(f."table") = lower(p.name)
	and f.on_delete in ('CASCADE', 'SET NULL', 'SET DEFAULT')
where not exists (select 1 from main.dbcare_row_shape as r where r.table_name = {shown:s.name} and r.noted_after < d.first)
	and {shown:s.name} not in (select o.table_name from deleted as o)
order by 1
