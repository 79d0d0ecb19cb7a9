-- columns: {finding}
-- B-tree indexes larger than half of $9 by the last VACUUM or ANALYZE, whose
-- pages are to be sampled.  Indexes that are being built, or whose build has
-- failed, are not included.
with large as (
	select i.indexrelid, i.indrelid, i.indisexclusion, c.relname, c.relnamespace, c.relpages
	from pg_catalog.pg_class as c
	join pg_catalog.pg_index as i on i.indexrelid = c.oid
	join pg_catalog.pg_am as m on m.oid = c.relam
	where c.relkind = 'i' and m.amname = 'btree' and i.indisvalid
		and c.relpages > (select cast($9 as double precision) * 524288
			/ cast(pg_catalog.current_setting('block_size') as integer))
)
select case when l.relpages <= 10 * cast($9 as double precision) * 1048576
			/ cast(pg_catalog.current_setting('block_size') as integer)
		then 'warning' else 'critical' end as severity,
	pg_catalog.format('%I.%I', n.nspname, l.relname) as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	pg_catalog.format('REINDEX INDEX %s%I.%I;', case when not l.indisexclusion then 'CONCURRENTLY ' end, n.nspname, l.relname) as fix_sql,
	cast(null as text) as reason,
	pg_catalog.format('pages of %s', l.indexrelid) as probe
from large as l
join pg_catalog.pg_namespace as n on n.oid = l.relnamespace
where {user_schema:n}
	and {not_in_extension:l.indrelid}
order by n.nspname, l.relname
