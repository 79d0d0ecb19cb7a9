-- columns: part, bytes
-- Reads the header of the file; $1 is the size of the -wal file, $2 the result
-- of storage.sql.  Other is the schema and everything that belongs to no user
-- table.
with tree (name, bytes) as materialized (
	select key, json_extract(value, '$[0]') from temp.json_each($2, '$.trees')),
known (least) as (select 0 from tree limit 1),
stored (tables, indexes) as materialized (
	select
		coalesce(sum(t.bytes) filter (where s.type = 'table'),
			(select least from known)),
		coalesce(sum(t.bytes) filter (where s.type = 'index'),
			(select least from known))
	from main.sqlite_schema as s
	left join tree as t using (name)
	where s.tbl_name not glob 'sqlite_*' and s.tbl_name not glob 'dbcare_*'),
file (total, free) as (
	select page_count * page_size, freelist_count * page_size
	from temp.pragma_page_count('main'), temp.pragma_page_size('main'),
		temp.pragma_freelist_count)
select part, bytes
from (
	select 1 as place, 'database' as part, total as bytes from file
	union all select 2, 'tables', tables from stored
	union all select 3, 'indexes', indexes from stored
	union all select 4, 'free', free from file
	union all select 5, 'wal', $1
	union all select 6, 'other', total - free - tables - indexes
	from file, stored)
order by place
