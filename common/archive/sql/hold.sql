-- columns: none
-- Holds the row with key $2 of table $1 for reason $3, by $4.
insert into {.hold} (table_name, row_key, reason, held_by) values ($1, $2, $3, $4)
