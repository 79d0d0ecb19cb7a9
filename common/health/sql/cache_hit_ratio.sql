-- columns: {finding}
-- Page reads that missed the cache in the last hour.
select case when h.share is null then 'not_applicable' end as severity,
	cast(null as text) as object,
	h.share as value,
	h.misses || ' of ' || h.pages as detail,
	cast(null as text) as fix_sql,
	case when h.share is null then 'fewer than 100000 page reads in the samples of the last hour' end as reason,
	cast(null as text) as probe
from (select c.misses, c.pages,
		case when c.pages >= 100000 then 100.0 * c.misses / c.pages end as share
	from (select {history:cache_misses} as misses,
			{history:cache_hits} + {history:cache_misses} as pages) as c) as h
where h.share is null or h.share >= $1
order by 2
