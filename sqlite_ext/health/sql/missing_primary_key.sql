-- columns: {finding}
-- Reads pragma_table_list (SQLite 3.37), pragma_table_xinfo and
-- pragma_index_list; table_xinfo, because a key may be a generated column.  To
-- save time, they are not read if the table's text contains PRIMARY KEY and no
-- quotes or comments.  The number of rows is estimated from the last 100 rowids
-- and the range of all rowids.
select null as severity,
	{shown:t.name} as object,
	null as value, null as detail, null as fix_sql, null as reason,
	printf('select coalesce(cast(count(*) * (max(r) + 1.0'
		|| ' - (select min(_rowid_) from main."%w"))'
		|| ' / (max(r) - min(r) + 1) as integer), 0)'
		|| ' from (select _rowid_ as r from main."%w" order by r desc limit 100)',
		t.name, t.name) as probe
from main.sqlite_schema as t
where t.type = 'table'
	and not (instr(lower(t.sql), 'primary key')
		and not instr(t.sql, '--') and not instr(t.sql, '/*')
		and not instr(t.sql, '''') and not instr(t.sql, '"')
		and not instr(t.sql, '`') and not instr(t.sql, '['))
	and t.name in (
		select name
		from temp.pragma_table_list
		where schema = 'main' and type = 'table' and not wr
			and name not glob 'sqlite_*' and name not glob 'dbcare_*')
	and not exists (select 1 from temp.pragma_table_xinfo(t.name, 'main') where pk)
	and not exists (
		select 1
		from temp.pragma_index_list(t.name, 'main') as i
		where i."unique" and not i.partial
			and not exists (
				select 1
				from temp.pragma_index_info(i.name, 'main') as k
				left join temp.pragma_table_xinfo(t.name, 'main') as c
					on c.cid = k.cid
				where c."notnull" is not 1))
order by t.name
