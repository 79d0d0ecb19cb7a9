-- columns: removed_at
-- Records that $2 has removed file $1, unless it is recorded already.
update {.left_file} set removed_at = coalesce(removed_at, {now}), removed_by = coalesce(removed_by, $2)
where file_id = $1
returning {iso:removed_at} as removed_at
