-- columns: schema, name, type, wr, strict
-- The tables of main and temp, as by pragma_table_list, from their texts, if
-- the pragma would take too long (trust/views.c): shadow tables are only
-- recognized for SQLite's own modules.
with shadow (suffix) as (values ('_content'), ('_segments'), ('_segdir'), ('_docsize'), ('_stat'),
	('_data'), ('_idx'), ('_config'), ('_node'), ('_rowid'), ('_parent')),
listed (place, name, sql, type, root) as (
	select 'main', name, sql, type, rootpage from main.sqlite_schema where type in ('table', 'view')
	union all
	select 'temp', name, sql, type, rootpage from temp.sqlite_schema where type in ('table', 'view'))
select place as "schema", name,
	case when type = 'view' then 'view' when not root then 'virtual'
		when (place, name) in (select v.place, v.name || suffix from listed as v join shadow
			where v.type = 'table' and not v.root) then 'shadow'
		else 'table' end as type,
	exists (select 1 from temp.pragma_index_info(o.name, o.place)) as wr,
	instr(lower(replace(sql, rtrim(sql, replace(sql, ')', '')), '')), 'strict') > 0 as strict
from listed as o
