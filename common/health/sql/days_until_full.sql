-- columns: {finding}
-- The forecast of when the database is full, from the stored samples.
select case when h.forecast is null then 'not_applicable'
		when h.likely < 7 then 'critical'
		else 'warning' end as severity,
	case when h.forecast is null then null else 'the database' end as object,
	h.likely as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	case when h.forecast is null
		then 'a forecast needs at least 8 samples over 3 days' end as reason,
	cast(null as text) as probe
from (select {history:bytes_per_day} as forecast,
		{history:days_until_full} as likely) as h
where h.forecast is null or h.likely < 30
order by 2
