-- columns: index_name, table_name, columns, bytes, scans, last_scan_at, is_unique, is_valid, constraint_name, duplicate_of, covered_by, definition
-- Reads sqlite_schema (once, since it has no index), pragma_index_list,
-- pragma_index_xinfo and $1, the result of storage.sql.  Equal indexes are
-- chosen as in duplicate_indexes.sql.  An index is covered by a longer one with
-- the same first columns, if it is neither unique nor partial and has no
-- expressions.
with reserved (words) as (values ({reserved})),
tree (name, bytes) as materialized (
	select key, json_extract(value, '$[0]')
	from temp.json_each($1, '$.trees')),
described (name, table_name, sql) as materialized (
	select name, tbl_name, sql
	from main.sqlite_schema
	where type = 'index' and tbl_name not glob 'sqlite_*'
		and tbl_name not glob 'dbcare_*'),
listed as materialized (
	select t.name as table_name, i.name, i."unique" as is_unique, i.partial,
		s.sql,
		(select group_concat(k.cid || ' ' || k."desc" || ' ' || upper(k.coll))
			from temp.pragma_index_xinfo(i.name, 'main') as k
			where k.key) as key,
		(select group_concat(case when k.name glob '[a-z_]*'
					and k.name not glob '*[^a-z0-9_]*'
					and not instr(words, ' ' || k.name || ' ')
				then k.name else printf('"%w"', k.name) end, ', ')
			from temp.pragma_index_info(i.name, 'main') as k) as columns
	from (select distinct table_name as name from described) as t
	join temp.pragma_index_list(t.name, 'main') as i
	join described as s on s.name = i.name
	join reserved),
index_of as materialized (
	select *, ',' || key || ',' glob '*,-2 *' as computed,
		case when partial or ',' || key glob '*,-2 *'
			then substr(sql, instr(sql, '(')) end as special
	from listed),
named as (
	select *,
		case when name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
				and not instr(words, ' ' || name || ' ')
			then name else printf('"%w"', name) end as shown,
		case when table_name glob '[a-z_]*' and table_name not glob '*[^a-z0-9_]*'
				and not instr(words, ' ' || table_name || ' ')
			then table_name else printf('"%w"', table_name) end as shown_table
	from index_of
	join reserved),
compared as (
	select *,
		first_value(shown) over (partition by table_name, key, special
			order by sql is not null, not is_unique, name) as original,
		-- sorted by key: an index with the same first columns follows
		-- immediately
		min(key) over next_key as longer_key,
		min(shown) over next_key as longer
	from named
	window next_key as (partition by table_name, partial order by key || ','
		groups between 1 following and 1 following))
select c.shown as index_name,
	c.shown_table as table_name,
	case when c.computed
		then trim(case when c.partial then substr(c.sql, instr(c.sql, '('))
			else substr(c.sql, instr(c.sql, '(') + 1,
				length(rtrim(c.sql)) - instr(c.sql, '(') - 1) end)
		else c.columns end as columns,
	t.bytes,
	null as scans,
	null as last_scan_at,
	c.is_unique,
	1 as is_valid,
	null as constraint_name,
	nullif(c.original, c.shown) as duplicate_of,
	case when not (c.is_unique or c.partial or c.computed)
			and substr(c.longer_key, 1, length(c.key) + 1) = c.key || ','
		then c.longer end as covered_by,
	c.sql as definition
from compared as c
left join tree as t on t.name = c.name
order by t.bytes desc nulls last, c.name
