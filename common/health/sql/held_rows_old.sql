-- columns: {finding}
-- The age of the oldest hold of each table.
select cast(null as text) as severity,
	h.table_name as object,
	h.days as value,
	case h.holds when 1 then '1 hold' else cast(h.holds as text) || ' holds' end || ' older than the threshold' as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from (select o.table_name, count(*) as holds,
		{postgresql:floor(cast(extract(epoch from pg_catalog.now() - min(o.held_at)) / 86400 as double precision))}{sqlite:cast(julianday('now') - julianday(min(o.held_at)) as integer) + 0.0} as days
	from {.hold} as o
	where o.held_at <= {postgresql:pg_catalog.now() - pg_catalog.make_interval(secs => cast($1 as double precision) * 86400)}{sqlite:strftime('%Y-%m-%dT%H:%M:%fZ', 'now', -$1 || ' days')}
	group by o.table_name) as h
order by 2
