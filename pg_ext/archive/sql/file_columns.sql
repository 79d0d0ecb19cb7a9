-- columns: table_name, column_name
-- The columns with paths of files that policies name, of all tables and their
-- partitions.
select distinct n.name as table_name, pg_catalog.jsonb_extract_path_text(cast(p.options as pg_catalog.jsonb), 'file_column') as column_name
from dbcare.policy as p
cross join lateral {partitions:p.table_name} as n (name)
where pg_catalog.jsonb_extract_path_text(cast(p.options as pg_catalog.jsonb), 'file_column') is not null
order by 1, 2
