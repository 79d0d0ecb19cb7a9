-- columns: hold_id
-- as owner
-- The number of the last hold.
select coalesce(max(hold_id), 0) as hold_id from {.hold}
