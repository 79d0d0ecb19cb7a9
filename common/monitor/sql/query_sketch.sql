-- columns: sketch
-- The histogram of execution times of a statement in an hour.
select sketch
from {.query_seen}
where fingerprint = $1 and hour_at = cast($2 as {timestamp})
