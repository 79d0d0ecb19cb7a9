-- columns: none
-- Hold $1 is of the row with key $2.
update {.hold} set row_key = $2 where hold_id = $1
