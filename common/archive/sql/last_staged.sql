-- columns: number
-- as owner
-- The last number of a row that is saved, also of those that the caller must not see.
select coalesce(max(q.quarantine_id), 0) as number from {.quarantine} as q
