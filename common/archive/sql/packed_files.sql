-- columns: file_id, table_name, policy, path, row_count, bytes, sha256, archived_at, archived_by, restored_at, restored_by
-- The files with archived rows of table $1, of all tables if that is null, the last one first.
-- Tables have their present names.
select f.*
from (select a.file_id, coalesce(t.table_name, a.table_name) as table_name, a.policy, a.directory || '/' || a.name as path, a.row_count, a.bytes,
		a.sha256, {iso:a.archived_at} as archived_at, a.archived_by, {iso:a.restored_at} as restored_at, a.restored_by
	from {.archive_file} as a
	left join {archived_tables} as t on t.table_id = a.table_id) as f
where $1 is null or f.table_name = $1
order by f.file_id desc
