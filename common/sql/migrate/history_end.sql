-- The hash of the last event, and who logs the next one.
select (select hash from {.history} order by event_id desc limit 1),
	cast({role} as text), cast({application} as text)
