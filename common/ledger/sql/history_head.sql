-- columns: events, event_id, hash, numbered_from
-- The head of the log: number of events, number and hash of the last event, and the
-- last event whose hash does not include its number.
select events, event_id, hash, numbered_from
from {.history_head}
