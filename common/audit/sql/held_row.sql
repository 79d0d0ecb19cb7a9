-- columns: reason
-- Why the row of table $1 with key $2 is held.
select reason from {.hold} where table_name = $1 and row_key = $2
