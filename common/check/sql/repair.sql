-- columns: undone_at, undone_by
-- When repair $1 was undone, and by whom.
select {iso:undone_at} as undone_at, undone_by from {.repair} where repair_id = $1
