-- The tables with the rows of table $2 of schema $1, which is itself, where it
-- can be repaired; and the one it is a partition of, which is itself, too.
with reserved (words) as (values ({reserved}))
select "schema", name,
	iif(name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
		and not instr(words, ' ' || name || ' '), name, printf('"%w"', name)) as shown,
	iif(name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
		and not instr(words, ' ' || name || ' '), name, printf('"%w"', name))
from pragma_table_list
join reserved
where "schema" = $1 and name = $2 and type = 'table'
order by name
