-- columns: none
-- as owner
-- Removes row $1 from the deleted rows: the row is back in its table.
delete from {.trash} where trash_id = $1
