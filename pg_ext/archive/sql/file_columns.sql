-- columns: table_name, column_name
-- The columns with paths of files, of all tables and their partitions.
with named as (
	select table_name, file_column as name from {archived_tables} as a where file_column is not null
	union
	select table_name, pg_catalog.jsonb_extract_path_text(cast(options as pg_catalog.jsonb), 'file_column') from {policies} as p
	where pg_catalog.jsonb_extract_path_text(cast(options as pg_catalog.jsonb), 'file_column') is not null
)
select distinct n.name as table_name, p.name as column_name
from named as p
cross join lateral {partitions:p.table_name} as n (name)
order by 1, 2
