-- columns: taken_at
-- When the schema was stored; no row if migrations have changed it since, or one
-- is unfinished.
select {iso:s.taken_at} as taken_at
from {.snapshot} as s
where coalesce(s.event_id, 0) = coalesce((select h.event_id
	from {.history} as h
	where h.event in ('apply', 'rollback', 'baseline')
	order by h.event_id desc
	limit 1), 0)
	and not exists (select 1 from {.deployment})
order by s.taken_at desc
