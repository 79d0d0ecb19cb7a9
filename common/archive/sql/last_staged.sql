-- columns: number
-- The last number of a row that is saved.
select coalesce(max(q.quarantine_id), 0) as number from {.quarantine} as q
