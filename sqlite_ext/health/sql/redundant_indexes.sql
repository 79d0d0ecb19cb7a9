-- columns: {finding}
-- Indexes whose columns are the first ones of another index of the same table,
-- with the same collations and order, neither of them partial.  Only tables
-- with two indexes that begin with the same column are read; usually the text
-- contains it, which is faster than pragma_index_info.  Equal indexes are
-- reported by duplicate_indexes; unique ones are kept.  The size is estimated
-- as in duplicate_indexes.sql, as a share of a database of at least 1 GB.
with described as (
	select tbl_name, name, sql,
		lower(substr(sql, instr(sql, '(') + 1)) as text
	from main.sqlite_schema
	where type = 'index' and tbl_name in (
		select tbl_name
		from main.sqlite_schema
		where type = 'index' and tbl_name not glob 'dbcare_*'
		group by tbl_name
		having count(*) > 1 and count(sql) > 0)),
begun as (
	select *, substr(text, 1, instr(replace(text, ')', ','), ',') - 1) as word
	from described),
candidate as materialized (
	select tbl_name, name, sql,
		case when word not glob '*[^a-z0-9_]*' then word
			else (select lower(k.name)
				from temp.pragma_index_info(begun.name, 'main') as k
				where k.seqno = 0) end as first
	from begun),
listed as materialized (
	select tbl_name, name, sql,
		(select group_concat(k.cid || ' ' || k."desc" || ' ' || upper(k.coll), ',')
				|| ','
			from temp.pragma_index_xinfo(candidate.name, 'main') as k
			where k.key) as key
	from candidate
	join (select tbl_name, first from candidate
		group by tbl_name, first having count(*) > 1) using (tbl_name, first)
	where sql is null or lower(sql) not glob '*)*where*'),
redundant as materialized (
	select s.tbl_name, s.name, min(l.name) as other,
		case when s.tbl_name not in (
				select name from temp.pragma_table_list where schema = 'main' and wr)
			then (
				select group_concat(printf(
					'1 + coalesce(length(cast("%w" as blob)), 0)', k.name), ' + ')
				from temp.pragma_index_info(s.name, 'main') as k) end as width
	from listed as s
	join listed as l using (tbl_name)
	where s.sql glob 'CREATE INDEX *' and s.key not glob '-2 *'
		and s.key not glob '*,-2 *'
		and length(l.key) > length(s.key)
		and substr(l.key, 1, length(s.key)) = s.key
		-- a duplicate is one finding: that of duplicate_indexes.sql
		and not exists (
			select 1
			from listed as e
			where e.tbl_name = s.tbl_name and e.key = s.key
				and (coalesce(e.sql, '') not glob 'CREATE INDEX *' or e.name < s.name))
	group by s.tbl_name, s.name),
file (bytes) as (
	select max(page_count * page_size, 1 << 30)
	from temp.pragma_page_count('main'), temp.pragma_page_size('main'))
select case when width is null then 'info' end as severity, {shown:name} as object, null as value,
	{shown:other} as detail, printf('DROP INDEX main."%w";', name) as fix_sql, null as reason,
	case when width is not null
		then printf('select coalesce(100.0 * sum(w) * (max(r) + 1.0'
			|| ' - (select min(_rowid_) from main."%w"))'
			|| ' / (max(r) - min(r) + 1) / %d, 0)'
			|| ' from (select _rowid_ as r, 8 + %s as w from main."%w"'
			|| ' order by r desc limit 100)',
			tbl_name, bytes, width, tbl_name) end as probe
from redundant
join file
order by name
