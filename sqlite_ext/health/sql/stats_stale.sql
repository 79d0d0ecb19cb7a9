-- columns: {finding}
-- Compares sqlite_stat1 with the current number of rows, for tables with
-- indexes and more than 10,000 rows, if they differ by a factor of ten.
-- sqlite_stat1 may not exist, so only probes name it, and only for large
-- tables, as it has no index.  No table is read in a file whose pages, apart
-- from one for each B-tree and those of the schema, could not contain so many
-- rows.  The number of rows is estimated as in missing_primary_key.sql.
with file (room, analyzed) as materialized (
	select ((select page_count from temp.pragma_page_count('main'))
			- (select freelist_count from temp.pragma_freelist_count)
			- 1 - count(*) filter (where rootpage))
			* (select page_size from temp.pragma_page_size('main'))
			- sum(length(name) + length(tbl_name) + length(coalesce(sql, '')) + 20)
			* 5 / 4,
		max(name = 'sqlite_stat1')
	from main.sqlite_schema),
measured as (
	select t.name, analyzed,
		printf(case when t.wr
				then 'select count(*) as n from (select 1 from main."%w"'
					|| ' limit 100001)'
				else 'select count(*) * (max(r) + 1.0'
					|| ' - (select min(_rowid_) from main."%w"))'
					|| ' / (max(r) - min(r) + 1) as n from (select _rowid_ as r'
					|| ' from main."%w" order by r desc limit 100)' end,
			t.name, t.name) as rows_now,
		case when analyzed
			then printf('(select min(coalesce(max(cast(stat as integer)), 0), %d)'
				|| ' as was from main.sqlite_stat1 where tbl = %Q)',
				iif(t.wr, 100001, 1 << 62), t.name)
			else '(select 0 as was)' end as rows_then
	from file
	cross join temp.pragma_table_list as t
	where file.room > 10000 * 20
		and t.schema = 'main' and t.type = 'table'
		and t.name not glob 'sqlite_*' and t.name not glob 'dbcare_*'
		and t.name in (select tbl_name from main.sqlite_schema
			where type = 'index'))
select null as severity,
	{shown:name} as object,
	null as value,
	case when analyzed then 'missing or wrong by a factor of ten' else 'absent' end as detail,
	printf('ANALYZE main."%w";', name) as fix_sql,
	null as reason,
	printf('select case when n > 10000 then (select'
		|| ' case when not n between was / 10.0 and was * 10'
		|| ' then abs(n - was) / (50 + was / 10.0) end from %s) end from (%s)',
		rows_then, rows_now) as probe
from measured
order by name
