-- columns: events, event_id, hash, numbered_from
-- Where the log ends: number of events, the last one and its hash; and the last
-- event without its number in its hash.
select events, event_id, hash, numbered_from
from {.history_head}
