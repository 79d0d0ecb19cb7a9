-- The file system of the data directory, as measured by the host ($3, $4).  A
-- large disk may be fuller than a small one: 50 GB are room enough.
with disk as (
	select cast($4 as bigint) as free,
		100 * (1 - cast($4 as double precision) / nullif(cast($3 as double precision), 0)) as used,
		cast($1 as double precision) as warning,
		cast($2 as double precision) as critical
)
select case when d.used is null then 'unknown'
		when d.used >= d.critical then 'critical'
		else 'warning' end as severity,
	'data directory' as object,
	d.used as value,
	cast(d.free as text) as detail,
	cast(null as text) as fix_sql,
	case when d.used is null
		then 'the free space of the file system could not be measured' end as reason,
	cast(null as text) as probe
from disk as d
where d.used is null
	or d.used >= d.critical
	or d.used >= d.warning and d.free < cast(50 as bigint) << 30
order by 1
