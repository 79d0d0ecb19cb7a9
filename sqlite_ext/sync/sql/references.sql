-- columns: child, source, key, child_column, parent, parent_column, equals, empty
-- The columns of foreign keys whose tables exist: the child as a source of its
-- rows alone, the number of the key, the operator that compares the columns, and
-- a null as the parent's column.
select {shown:s.name} as child, printf('main."%w"', s.name) as source, dense_rank() over (order by s.name, f.id) as key,
	printf('"%w"', f."from") as child_column, {shown:p.name} as parent,
	printf('"%w"', coalesce(f."to", (select x.name from temp.pragma_table_info(p.name, 'main') as x where x.pk = f.seq + 1))) as parent_column,
	'=' as equals, 'null' as empty
from main.sqlite_schema as s
join temp.pragma_foreign_key_list(s.name, 'main') as f
join main.sqlite_schema as p on p.type = 'table' and p.name = f."table" collate nocase
where s.type = 'table' and instr(lower(s.sql), 'references') and s.name not glob 'dbcare_*'
order by s.name, f.id, f.seq
