-- columns: file_id
-- File $1, if the current role may see it.
select file_id from {.left_file} where file_id = $1
