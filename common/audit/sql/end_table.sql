-- columns: none
-- Records that changes of the table with number $1 are no longer logged.
update {.audited_table} set disabled_at = {now} where table_id = $1
