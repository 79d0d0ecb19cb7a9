-- columns: trash_id
-- as owner
-- The last number of a deleted row.
select coalesce(max(trash_id), 0) as trash_id from {.trash}
