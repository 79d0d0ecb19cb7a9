-- columns: none
-- as owner
-- Removes the rows that step $2 of set $1 names from the deleted rows: they are back in their table.
delete from {.trash}
where trash_id in (select cast(q.row_data as bigint) from {.quarantine} as q where q.repair_id = $1 and q.step = $2)
