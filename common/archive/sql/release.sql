-- columns: reason
-- Releases the row with key $2 of table $1.
delete from {.hold} where table_name = $1 and row_key = $2
returning reason
