-- columns: {finding}
-- Reference tables that lack a placement on an active node.  Citus copies them
-- to a node that was added before its first other shard.
with {cluster}, missing as (
	select t.*
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object(
			'name', pg_catalog.format('%I.%I', n.nspname, c.relname), 'nodes', pg_catalog.count(*), 'first',
			pg_catalog.min(pg_catalog.format('%s:%s', d.nodename, d.nodeport)), 'needed',
			pg_catalog.bool_or(exists (select from pg_catalog.pg_dist_placement as p where p.groupid = d.groupid))) as text)])
		from pg_catalog.pg_dist_partition as t
		join pg_catalog.pg_dist_shard as s on s.logicalrelid = t.logicalrelid
		join pg_catalog.pg_class as c on c.oid = t.logicalrelid
		join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
		join pg_catalog.pg_dist_node as d on d.noderole = 'primary' and d.isactive
		where t.partmethod = 'n' and t.repmodel = 't'
			and not exists (select from pg_catalog.pg_dist_placement as p
				where p.shardid = s.shardid and p.groupid = d.groupid and p.shardstate = 1)
		group by n.nspname, c.relname$q$ end) as s
	cross join lateral pg_catalog.jsonb_to_record(cast(s.word as pg_catalog.jsonb))
		as t (name text, nodes bigint, first text, needed boolean)
)
select case when t.needed then 'warning' else 'info' end as severity,
	t.name as object,
	cast(t.nodes as double precision) as value,
	pg_catalog.format('%s%s', t.first, case when t.nodes > 1 then ' and others' end) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from missing as t
union all
{no_cluster}
order by 2
