-- columns: child, source, key, child_column, parent, parent_column, equals, empty, child_table, parent_table
-- The columns of foreign keys whose tables exist: the child as a source of its
-- rows alone, the number of the key, the operator that compares the columns, and
-- a null as the parent's column, and the tables again.  Keys are read once for each table, not for each
-- two tables.
with k (child, id, seq, child_column, parent, parent_column) as materialized (
	select s.name, f.id, f.seq, f."from", lower(f."table"), f."to"
	from main.sqlite_schema as s
	cross join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and instr(lower(s.sql), 'references') and s.name not glob 'dbcare_*'
), p (name, lower_name) as materialized (
	select name, lower(name) from main.sqlite_schema where type = 'table'
)
select {shown:k.child} as child, printf('main."%w"', k.child) as source, dense_rank() over (order by k.child, k.id) as key,
	printf('"%w"', k.child_column) as child_column, {shown:p.name} as parent,
	printf('"%w"', coalesce(k.parent_column, (select x.name from temp.pragma_table_info(p.name, 'main') as x where x.pk = k.seq + 1))) as parent_column,
	'=' as equals, 'null' as empty, {shown:k.child} as child_table, {shown:p.name} as parent_table
from k
join p on p.lower_name = k.parent
order by k.child, k.id, k.seq
