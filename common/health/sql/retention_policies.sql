-- columns: {finding}
-- Policies that fail, and policies that have not run since they should have.
select case when p.error is not null then 'warning' end as severity,
	p.table_name || ' ' || p.name as object,
	p.days as value,
	case when p.error is not null then 'failed: ' || p.error
		when p.has_run then 'was last applied ' || cast(cast(p.days as integer) as text) || ' days ago'
		else 'has not been applied since it was added ' || cast(cast(p.days as integer) as text) || ' days ago' end as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from (select o.table_name, o.name, max(r.error) as error, count(r.action) > 0 as has_run,
		{postgresql:floor(cast(extract(epoch from pg_catalog.now() - coalesce(max(r.started_at), o.created_at)) / 86400 as double precision))}{sqlite:cast(julianday('now') - julianday(coalesce(max(r.started_at), o.created_at)) as integer) + 0.0} as days
	from {policies} as o
	left join {.policy_run} as r on r.policy_id = o.policy_id
	group by o.policy_id, o.table_name, o.name, o.created_at) as p
where p.error is not null or p.days >= cast($1 as double precision)
order by 2
