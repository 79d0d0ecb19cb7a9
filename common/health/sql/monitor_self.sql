-- columns: {finding}
-- Whether samples are taken on time.
select case when h.monitored is null then 'not_applicable'
		when h.silent >= 3600 then 'critical'
		else 'warning' end as severity,
	cast(null as text) as object,
	h.silent as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	case when h.monitored is null then 'the database is not monitored' end as reason,
	cast(null as text) as probe
from (select nullif({history:monitored}, 0) as monitored,
		{history:silent_seconds} as silent) as h
where h.monitored is null or h.silent > 0
order by 2
