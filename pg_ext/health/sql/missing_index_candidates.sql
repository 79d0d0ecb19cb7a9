-- columns: {finding}
-- Tables above 10 MB with more than 100 sequential scans that read more than
-- 10,000 rows each, and more sequential scans than index scans.
with large as (
	select c.oid, n.nspname, c.relname,
		pg_catalog.pg_stat_get_numscans(c.oid) as scans,
		pg_catalog.pg_stat_get_tuples_returned(c.oid) as rows
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'm')
		and c.relpages > (select (10 << 20) / cast(pg_catalog.current_setting('block_size') as integer))
		and {user_schema:n}
		and {not_in_extension:c.oid}
)
select 'info' as severity,
	pg_catalog.format('%I.%I', l.nspname, l.relname) as object,
	cast(l.rows as double precision) / l.scans as value,
	cast(l.scans as text) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from large as l
where l.scans > 100 and l.rows > 10000 * l.scans
	and l.scans > (select coalesce(pg_catalog.sum(pg_catalog.pg_stat_get_numscans(i.indexrelid)), 0)
		from pg_catalog.pg_index as i where i.indrelid = l.oid)
order by l.nspname, l.relname
