-- columns: column_name, parent_schema, parent_name, parent_shown, parent_column
-- The columns of the foreign keys of table $2 of schema $1.
select distinct f."from" as column_name, $1 as parent_schema, t.name as parent_name, {shown:t.name} as parent_shown,
	coalesce(f."to", (select p.name from temp.pragma_table_info(t.name, $1) as p where p.pk = f.seq + 1)) as parent_column
from temp.pragma_foreign_key_list($2, $1) as f
join temp.pragma_table_list(f."table") as t on t.schema = $1
order by 1, 3, 5
