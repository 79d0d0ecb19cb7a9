-- columns: none
-- Makes an event the head of the log, which had $3 fewer events.
update {.history_head} set events = case when events < 9223372036854775807 - cast($3 as bigint)
		then events + $3 else 9223372036854775807 end, event_id = $1, hash = $2
