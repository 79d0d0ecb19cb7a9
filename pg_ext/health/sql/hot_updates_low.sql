-- columns: {finding}
-- Tables with at least 10,000 updates, less than a tenth of them HOT: the page
-- was full, or an indexed column changed.
with updated as (
	select n.nspname, c.relname,
		pg_catalog.pg_stat_get_tuples_updated(c.oid) as updates,
		pg_catalog.pg_stat_get_tuples_hot_updated(c.oid) as hot_updates
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'm') and c.relhasindex
		and {user_schema:n}
		and {not_in_extension:c.oid}
)
select 'info' as severity,
	pg_catalog.format('%I.%I', u.nspname, u.relname) as object,
	100.0 * u.hot_updates / u.updates as value,
	cast(u.updates as text) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from updated as u
where u.updates >= 10000 and u.hot_updates < 0.1 * u.updates
order by u.nspname, u.relname
