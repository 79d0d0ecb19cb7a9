-- columns: {finding}
-- Pages written early in the last hour because the cache was full.
select case when h.grown is null then 'not_applicable' else 'info' end as severity,
	cast(null as text) as object,
	h.grown as value,
	cast(round(h.seconds / 60) as integer) || ' minutes' as detail,
	cast(null as text) as fix_sql,
	case when h.grown is null then 'fewer than two samples in the last hour' end as reason,
	cast(null as text) as probe
from (select {history:cache_spills} as grown, {history:seconds} as seconds) as h
where h.grown is null or h.grown >= 1
order by 2
