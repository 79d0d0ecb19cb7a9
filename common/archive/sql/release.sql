-- columns: reason
-- Releases the row with key $2 of table $1, which has the number $3 on PostgreSQL:
-- another one may have had its name.
delete from {.hold} where table_name = $1 and row_key = $2 and {postgresql:table_id = $3}{sqlite:$3 >= 0}
returning reason
