-- Reads sqlite_schema, pragma_index_list, pragma_index_xinfo and $1, what
-- storage.sql gives.  Equal ones are judged as in duplicate_indexes.sql.  An
-- index is covered by a longer one that begins with its columns, if it is
-- neither unique nor partial and has no expressions.
with reserved (words) as (values ({reserved})),
tree (name, bytes) as materialized (
	select key, json_extract(value, '$[0]')
	from json_each($1, '$.trees')),
listed as materialized (
	select t.name as table_name, i.name, i."unique" as is_unique, i.partial,
		s.sql,
		(select group_concat(k.cid || ' ' || k."desc" || ' ' || upper(k.coll))
			from pragma_index_xinfo(i.name, 'main') as k
			where k.key) as key,
		(select group_concat(case when k.name glob '[a-z_]*'
					and k.name not glob '*[^a-z0-9_]*'
					and not instr(words, ' ' || k.name || ' ')
				then k.name else printf('"%w"', k.name) end, ', ')
			from pragma_index_info(i.name, 'main') as k) as columns
	from main.sqlite_schema as t
	join pragma_index_list(t.name, 'main') as i
	join main.sqlite_schema as s on s.type = 'index' and s.name = i.name
	join reserved
	where t.type = 'table' and t.name not glob 'sqlite_*' and t.name not glob 'dbcare_*'
		and t.name in (select tbl_name from main.sqlite_schema where type = 'index')),
index_of as materialized (
	select *, ',' || key || ',' glob '*,-2 *' as computed,
		case when partial or ',' || key glob '*,-2 *'
			then substr(sql, instr(sql, '(')) end as special
	from listed),
ranked as (
	select *,
		first_value(name) over (partition by table_name, key, special
			order by sql is not null, not is_unique, name) as original
	from index_of),
named as (
	select *,
		case when name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
				and not instr(words, ' ' || name || ' ')
			then name else printf('"%w"', name) end as shown,
		case when table_name glob '[a-z_]*' and table_name not glob '*[^a-z0-9_]*'
				and not instr(words, ' ' || table_name || ' ')
			then table_name else printf('"%w"', table_name) end as shown_table
	from ranked
	join reserved)
select n.shown as index_name,
	n.shown_table as table_name,
	case when n.computed
		then trim(substr(n.sql, instr(n.sql, '(') + 1,
			case when n.partial then length(n.sql)
				else length(rtrim(n.sql)) - instr(n.sql, '(') - 1 end))
		else n.columns end as columns,
	t.bytes,
	null as scans,
	null as last_scan_at,
	n.is_unique,
	1 as is_valid,
	null as constraint_name,
	case when n.original <> n.name
		then (select o.shown from named as o where o.name = n.original) end as duplicate_of,
	case when not (n.is_unique or n.partial or n.computed)
		then (select min(l.shown) from named as l
			where l.table_name = n.table_name and not l.partial
				and substr(l.key, 1, length(n.key) + 1) = n.key || ',') end as covered_by,
	n.sql as definition
from named as n
left join tree as t on t.name = n.name
order by t.bytes desc nulls last, n.name
