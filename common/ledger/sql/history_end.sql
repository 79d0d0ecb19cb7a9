-- columns: hash, role_name, application, event_id
-- The hash of the last event, who logs the next one, and the number of the last.
-- The head counts, even if the log itself has lost its end.
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
