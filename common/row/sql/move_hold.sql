-- columns: none
-- Hold $1 is of the row with key $2, and the values $3 of one of several columns.
update {.hold} set row_key = $2, key_values = cast($3 as text) where hold_id = $1
