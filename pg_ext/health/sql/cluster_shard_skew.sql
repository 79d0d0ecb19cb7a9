-- columns: {finding}
-- The largest shard of each distributed table against the average.  A table with
-- a shard that could not be measured is unknown.
with {cluster}, tab as (
	select t.*
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		with {shard_sizes}
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object(
			'name', pg_catalog.format('%I.%I', n.nspname, c.relname), 'most', pg_catalog.max(z.table_bytes + z.index_bytes),
			'average', pg_catalog.avg(z.table_bytes + z.index_bytes), 'shards', pg_catalog.count(*),
			'missing', pg_catalog.count(*) filter (where z.shardid is null)) as text)])
		from placed as p
		join pg_catalog.pg_dist_partition as t on t.logicalrelid = p.logicalrelid and t.partmethod <> 'n'
		join pg_catalog.pg_class as c on c.oid = p.logicalrelid and c.relkind <> 'p'
		join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
		left join sized as z on z.shardid = p.shardid and z.nodeid = p.nodeid
		group by n.nspname, c.relname$q$ end) as s
	cross join lateral pg_catalog.jsonb_to_record(cast(s.word as pg_catalog.jsonb))
		as t (name text, most bigint, average double precision, shards bigint, missing bigint)
)
select case when t.missing > 0 then 'unknown' end as severity,
	t.name as object,
	100 * (t.most / nullif(t.average, 0) - 1) as value,
	pg_catalog.format('%s bytes', t.most) as detail,
	cast(null as text) as fix_sql,
	case when t.missing > 0 then pg_catalog.format('%s of %s shards could not be measured', t.missing, t.shards) end as reason,
	cast(null as text) as probe
from tab as t
where t.missing > 0 or t.most > cast($9 as double precision) * 1048576
	and 100 * (t.most / nullif(t.average, 0) - 1) >= least(cast($1 as double precision), cast($2 as double precision))
union all
{no_cluster}
order by 2
