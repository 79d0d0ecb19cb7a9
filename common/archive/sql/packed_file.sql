-- columns: table_name, directory, name, row_count, sha256
-- The file with number $1, and the present name of its table.
select coalesce((select a.table_name from {archived_tables} as a where a.table_id = f.table_id), f.table_name) as table_name,
	f.directory, f.name, f.row_count, f.sha256
from {.archive_file} as f
where f.file_id = $1
