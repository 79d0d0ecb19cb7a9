-- columns: {finding}
-- Primary nodes in the metadata of Citus that are inactive, or whose copy of it
-- waits to be synchronized.
with {cluster}, node as (
	select n.*
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object(
			'node', pg_catalog.format('%s:%s', n.nodename, n.nodeport), 'active', n.isactive, 'shards',
			(select pg_catalog.count(*) from pg_catalog.pg_dist_placement as p where p.groupid = n.groupid)) as text)])
		from pg_catalog.pg_dist_node as n
		where n.noderole = 'primary' and not (n.isactive and (n.metadatasynced or not n.hasmetadata))$q$ end) as s
	cross join lateral pg_catalog.jsonb_to_record(cast(s.word as pg_catalog.jsonb)) as n (node text, active boolean, shards bigint)
)
select case when not n.active and n.shards > 0 then 'critical' else 'warning' end as severity,
	n.node as object,
	cast(n.shards as double precision) as value,
	case when n.active then 'waits for changes of the metadata'
		when n.shards = 0 then 'is inactive'
		else pg_catalog.format('is inactive and holds %s %s', n.shards, case n.shards when 1 then 'shard' else 'shards' end) end as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from node as n
union all
{no_cluster}
order by 2
