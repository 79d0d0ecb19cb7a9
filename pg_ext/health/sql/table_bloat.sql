-- columns: {finding}, suggestion
-- Tables, materialized views and TOAST tables larger than $9 by the last VACUUM
-- or ANALYZE, whose pages are to be sampled.  The TOAST of a table is rewritten
-- with it.
with large as (
	select c.oid, c.relpages, coalesce(o.oid, c.oid) as owner
	from pg_catalog.pg_class as c
	left join pg_catalog.pg_class as o on o.reltoastrelid = c.oid
	join pg_catalog.pg_am as m on m.oid = c.relam
	where c.relkind in ('r', 'm', 't') and m.amname = 'heap'
		and c.relpages > (select cast($9 as double precision) * 1048576
			/ cast(pg_catalog.current_setting('block_size') as integer))
)
select case when l.relpages <= 10 * cast($9 as double precision) * 1048576
			/ cast(pg_catalog.current_setting('block_size') as integer)
		then 'warning' else 'critical' end as severity,
	pg_catalog.format('%s%I.%I', case when l.oid <> l.owner then 'the TOAST of ' end, n.nspname, c.relname) as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	pg_catalog.format('VACUUM (FULL, ANALYZE) %I.%I;', n.nspname, c.relname) as fix_sql,
	cast(null as text) as reason,
	pg_catalog.format('pages of %s', l.oid) as probe,
	(select pg_catalog.format('Rewrite %I.%I with %s, which is installed here and lets others read and write meanwhile.',
			n.nspname, c.relname, pg_catalog.min(e.extname))
		from pg_catalog.pg_extension as e
		where e.extname in ('pg_repack', 'pg_squeeze')
		having pg_catalog.count(*) > 0) as suggestion
from large as l
-- usually few rows; without offset 0 the planner expects many and reads all
-- tables
cross join lateral (select t.oid, t.relname, t.relnamespace
	from pg_catalog.pg_class as t
	where t.oid = l.owner offset 0) as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where {user_schema:n}
	and {not_in_extension:c.oid}
order by n.nspname, c.relname, l.oid <> l.owner
