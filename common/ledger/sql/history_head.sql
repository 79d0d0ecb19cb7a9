-- columns: events, event_id, hash
-- The head of the log: number of events, number and hash of the last event.
select events, event_id, hash
from {.history_head}
