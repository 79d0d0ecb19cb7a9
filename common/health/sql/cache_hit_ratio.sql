-- columns: {finding}
-- Page reads that missed the cache in the last hour.  A cache that has just been
-- started misses all, and the system keeps what it has read: where its memory can
-- hold the database, a miss reads no disk.
with counted as (
	select {history:cache_misses} as misses,
		{history:cache_hits} + {history:cache_misses} as pages,
		{history:seconds} as seconds,
		{history:size_bytes} <= 0.5 * {postgresql:cast(cast($7 as jsonb) ->> 'memory_total' as double precision)}{sqlite:json_extract($7, '$.memory_total')} as is_held
), judged as (
	select c.*, case when c.pages >= 100000 and c.seconds >= 900 then 100.0 * c.misses / c.pages end as share
	from counted as c
)
select case when j.share is null then 'not_applicable' when j.is_held then 'info' end as severity,
	cast(null as text) as object,
	j.share as value,
	j.misses || ' of ' || j.pages || case when j.is_held then '; the memory of the machine can hold the whole database' else '' end as detail,
	cast(null as text) as fix_sql,
	case when j.share is not null then null
		when j.seconds < 900 then 'samples of less than 15 minutes are too young'
		else 'fewer than 100000 page reads in the samples of the last hour' end as reason,
	cast(null as text) as probe
from judged as j
where j.share is null or j.share >= $1
order by 2
