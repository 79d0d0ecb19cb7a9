-- columns: table_name, row_estimate, total_bytes, table_bytes, index_bytes, free_bytes, dead_rows, index_count, last_analyzed_at, seq_scans, seq_rows_read, rows_written
-- Reads sqlite_schema, pragma_table_list and $1, the result of storage.sql.
with estimate (name, rows) as materialized (
	select key, value from temp.json_each($1, '$.rows')),
tree (name, bytes, free) as materialized (
	select key, json_extract(value, '$[0]'), json_extract(value, '$[1]')
	from temp.json_each($1, '$.trees')),
stored as (
	select s.tbl_name as name,
		sum(t.bytes) as total_bytes,
		sum(t.bytes) filter (where s.type = 'table') as table_bytes,
		sum(t.free) as free_bytes,
		count(*) filter (where s.type = 'index') as index_count
	from main.sqlite_schema as s
	left join tree as t on t.name = s.name
	where s.type in ('table', 'index')
	group by s.tbl_name)
select {shown:name} as table_name,
	e.rows as row_estimate,
	total_bytes, table_bytes, total_bytes - table_bytes as index_bytes,
	free_bytes,
	null as dead_rows,
	index_count,
	null as last_analyzed_at,
	null as seq_scans,
	null as seq_rows_read,
	null as rows_written
from stored
left join estimate as e using (name)
where name in (
	select name
	from temp.pragma_table_list
	where schema = 'main' and type = 'table'
		and name not glob 'sqlite_*' and name not glob 'dbcare_*')
order by total_bytes desc nulls last, name
