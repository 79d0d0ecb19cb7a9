-- columns: none
-- Records that policy $2 of table $1, which has number $9, has archived $5 rows in file $4 of
-- directory $3, which has $6 bytes; $7: hash of its lines; $8: who has done so.
insert into {.archive_file} (file_id, table_name, policy, directory, name, row_count, bytes, sha256, archived_by, table_id)
values ({next:archive_file_file_id_seq}, $1, $2, $3, $4, $5, $6, $7, $8, $9)
