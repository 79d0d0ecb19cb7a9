-- columns: none
insert into {.snapshot} (event_id)
values ((select h.event_id
	from {.history} as h
	where h.event in ('apply', 'rollback', 'baseline')
	order by h.event_id desc
	limit 1))
