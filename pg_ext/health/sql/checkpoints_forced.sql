-- columns: {finding}
-- Checkpoints requested in the last hour, including CHECKPOINT commands.
select case when h.share is null then 'not_applicable' end as severity,
	cast(null as text) as object,
	h.share as value,
	h.part || ' of ' || h.whole as detail,
	cast(null as text) as fix_sql,
	case when h.share is null then 'fewer than 4 checkpoints in the samples of the last hour' end as reason,
	cast(null as text) as probe
from (select c.part, c.whole,
		case when c.whole >= 4 then 100.0 * c.part / c.whole end as share
	from (select {history:checkpoints_requested} as part,
			{history:checkpoints_requested} + {history:checkpoints_timed} as whole) as c) as h
where h.share is null or h.share >= $1
order by 2
