-- columns: child, id, seq, table, from, to
-- The columns of all foreign keys; see call/shared.c.
select s.name as child, f.id, f.seq, f."table", f."from", f."to"
from main.sqlite_schema as s
join temp.pragma_foreign_key_list(s.name, 'main') as f
where s.type = 'table' and instr(lower(s.sql), 'references')
	and s.name not glob 'dbcare_*'
order by s.name, f.id, f.seq
