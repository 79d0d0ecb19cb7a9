-- columns: hash, role_name, application, event_id
-- The hash and number of the last event, and the role and application that log the
-- next one. The head has priority: the log itself may have lost its last events.
select (select h.hash
		from (select e.hash, e.event_id, 1 as place from {.history_head} as e
			union all
			select l.hash, l.event_id, 2
			from (select hash, event_id from {.history} order by event_id desc limit 1) as l) as h
		order by h.event_id desc, h.place limit 1) as hash,
	cast({role} as text) as role_name, cast({application} as text) as application,
	(select coalesce({postgresql:pg_catalog.}max(n.event_id), 0)
		from (select e.event_id from {.history_head} as e
			union all
			select l.event_id from {.history} as l) as n) as event_id
