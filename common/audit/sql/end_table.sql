-- columns: none
-- Records that changes of the table with number $1, which has the name $2 now, are no
-- longer logged.
update {.audited_table} set table_name = $2, disabled_at = {now} where table_id = $1
