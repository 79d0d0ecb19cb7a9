-- columns: none
insert into {.snapshot} (whole, event_id)
values ({true}, (select h.event_id
	from {.history} as h
	where h.event in ('apply', 'rollback', 'baseline')
	order by h.event_id desc
	limit 1))
