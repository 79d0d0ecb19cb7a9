-- columns: query, is_hidden
-- The query for the files that column $2 of table $1 named and that no row of the
-- table or of the trash names now.
select printf('select l.file_id, l.table_name, l.row_key, l.path, l.left_at, l.left_by
from main.dbcare_left_file as l where l.removed_at is null and l.table_name = %Q and l.column_name = %Q
	and l.path not in (select e.value from main.dbcare_trash as k join temp.json_each(k.row_data) as e
		where k.action = ''delete'' and k.table_name = %Q and e.key = %Q and e.type = ''text'')%s
order by l.file_id', $1, $2, $1, $2,
	coalesce((select printf(' and not exists (select 1 from main."%w" as t where t."%w" = l.path)', s.name, c.name)
		from main.sqlite_schema as s
		join temp.pragma_table_xinfo(s.name, 'main') as c
		where s.type = 'table' and {shown:s.name} = $1 and c.name = $2), '')) as query,
	0 as is_hidden
