-- columns: sample_id, taken_at, epoch, readings
-- Samples taken since $1: of each period given by the first $2 characters of
-- their time the first one with a score, or else the first one; and the last
-- one.
select s.sample_id, {iso:s.taken_at} as taken_at, s.epoch, s.readings
from {.sample} as s
where s.sample_id in (
	select coalesce(min(case when o.readings like '%"score"%' then o.sample_id end),
		min(o.sample_id))
	from {.sample} as o
	where o.taken_at >= cast($1 as {timestamp})
	group by substr({iso:o.taken_at}, 1, cast($2 as integer))
	union
	select max(m.sample_id)
	from {.sample} as m
	where m.taken_at >= cast($1 as {timestamp}))
order by s.sample_id
