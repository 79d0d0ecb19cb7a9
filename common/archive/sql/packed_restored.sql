-- columns: none
-- Records that $2 has restored the rows of file $1.
update {.archive_file} set restored_at = {now}, restored_by = $2 where file_id = $1
