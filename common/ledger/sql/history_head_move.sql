-- columns: none
-- Makes an event the head of the log.
update {.history_head} set events = events + case when events < 9223372036854775807 then 1 else 0 end, event_id = $1, hash = $2
