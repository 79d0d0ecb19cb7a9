-- columns: table_name, columns, primary_key, indexes, foreign_keys, triggers
-- The user tables with the number of their columns, indexes and so on.
with reserved (words) as (values ({reserved})),
belonging as materialized (
	select tbl_name,
		count(*) filter (where type = 'index') as indexes,
		count(*) filter (where type = 'trigger') as triggers
	from main.sqlite_schema
	group by tbl_name)
select case when s.name glob '[a-z_]*' and s.name not glob '*[^a-z0-9_]*'
			and not instr(words, ' ' || s.name || ' ')
		then s.name else printf('"%w"', s.name) end as table_name,
	(select count(*) from temp.pragma_table_xinfo(s.name, 'main')) as columns,
	(select group_concat(shown, ', ') from (
		select case when c.name glob '[a-z_]*' and c.name not glob '*[^a-z0-9_]*'
				and not instr(words, ' ' || c.name || ' ')
			then c.name else printf('"%w"', c.name) end as shown
		from temp.pragma_table_info(s.name, 'main') as c
		where c.pk
		order by c.pk)) as primary_key,
	b.indexes,
	case when instr(lower(s.sql), 'references')
		then (select count(distinct f.id) from temp.pragma_foreign_key_list(s.name, 'main') as f)
		else 0 end as foreign_keys,
	b.triggers
from main.sqlite_schema as s
join reserved
join belonging as b on b.tbl_name = s.name
where s.type = 'table' and s.name not glob 'sqlite_*' and s.name not glob 'dbcare_*'
order by s.name
