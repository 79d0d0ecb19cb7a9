-- columns: file_id, table_name, row_key, path, left_at, left_by, removed_at, removed_by
-- The files that are removed, of table $1, or of all tables if that is null.
select file_id, table_name, row_key, path, {iso:left_at} as left_at, left_by, {iso:removed_at} as removed_at, removed_by
from {.left_file}
where removed_at is not null and ($1 is null or table_name = $1)
order by file_id
