-- columns: none
-- Stores $2 as saved row $1, and $3 as what a repair has made of it.
update {.quarantine} set row_data = $2, row_left = $3 where quarantine_id = $1
