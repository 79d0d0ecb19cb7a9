-- columns: state, done_up_to, ends_at, checked_up_to, tells_done, rows_seen, rows_total, statement
-- The progress of a backfill, locked until the transaction ends.
select state, done_up_to, ends_at, checked_up_to, tells_done, rows_seen, rows_total, statement
from {.backfill}
where name = $1
{postgresql:for update}
