-- Notes an event as the last one of the log.
update {.history_head} set events = events + 1, event_id = $1, hash = $2
