-- columns: {finding}
-- Transactions that were rolled back in the last hour.
select case when h.share is null then 'not_applicable' end as severity,
	cast(null as text) as object,
	h.share as value,
	h.part || ' of ' || h.whole as detail,
	cast(null as text) as fix_sql,
	case when h.share is null then 'fewer than 1000 transactions in the last hour, as far as samples tell' end as reason,
	cast(null as text) as probe
from (select c.part, c.whole,
		case when c.whole >= 1000 then 100.0 * c.part / c.whole end as share
	from (select {history:rollbacks} as part,
			{history:rollbacks} + {history:commits} as whole) as c) as h
where h.share is null or h.share >= $1
order by 2
