-- columns: none
-- Notes an event as the last one of the log.
update {.history_head} set events = events + case when events < 9223372036854775807 then 1 else 0 end, event_id = $1, hash = $2
