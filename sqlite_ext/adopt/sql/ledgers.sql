-- columns: shown, schema_name, table_name, column_name, problem
-- The columns of tables that may be ledgers of other tools: tables whose names are
-- in the JSON array $1, and the table displayed as $2.  For each column: the display
-- name of the table, its schema, its name and the column's in lower case, and the
-- reason why the table cannot be read.
with candidate as (
	select l."schema" as space, l.name, l.type,
		case when l."schema" = 'main' then '' else {shown:l."schema"} || '.' end || {shown:l.name} as shown
	from temp.pragma_table_list as l
	where l.name not glob 'dbcare_*'
)
select c.shown, c.space as schema_name, lower(c.name) as table_name, lower(x.name) as column_name,
	case when c.type <> 'table' then 'it is not a table'
		when exists (select 1 from temp.pragma_table_xinfo(c.name, c.space) as g where g.hidden in (2, 3))
			then 'it has generated columns'
		else (select u.value || ', in its schema'
			from temp.json_each(dbcare_unsafe_tables(c.space)) as u limit 1) end as problem
from candidate as c
join temp.pragma_table_xinfo(c.name, c.space) as x
where lower(c.name) in (select value from temp.json_each($1)) or c.shown = $2
order by 1, x.cid
