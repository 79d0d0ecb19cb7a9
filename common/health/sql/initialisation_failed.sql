-- columns: {finding}
-- The last run of a manifest, if it failed; only the last events are searched.
select 'warning' as severity,
	e.function_name as object,
	cast(null as double precision) as value,
	'SQLSTATE ' || coalesce(e.sqlstate, 'unknown') || ', at ' || {iso:e.at} || ', ' || substr(e.arguments, 1, 200) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from (select l.at, l.function_name, l.arguments, l.outcome, l.sqlstate
	from (select * from {.event} order by event_id desc limit 10000) as l
	where l.function_name in ('dbinit_run', 'dbinit_repair') and l.arguments not like '%"dry_run": true%'
	order by l.event_id desc limit 1) as e
where e.outcome = 'failed'
