-- columns: {finding}
-- Connections between nodes that fail.  Where this role cannot connect from here,
-- Citus shows null for what that node would have tried.
with {cluster}, failed as (
	select f.*
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object(
			'node', pg_catalog.format('%s:%s', h.to_nodename, h.to_nodeport), 'nodes', pg_catalog.count(*) filter (where not h.result), 'first',
			pg_catalog.min(pg_catalog.format('%s:%s', h.from_nodename, h.from_nodeport)) filter (where not h.result)) as text)])
		from pg_catalog.citus_check_cluster_node_health() as h
		group by h.to_nodename, h.to_nodeport
		having pg_catalog.bool_and(h.result) is not true and (pg_catalog.bool_or(not h.result) or pg_catalog.count(h.result) = 0)$q$ end) as s
	cross join lateral pg_catalog.jsonb_to_record(cast(s.word as pg_catalog.jsonb)) as f (node text, nodes bigint, first text)
)
select case f.nodes when 0 then 'unknown' else 'critical' end as severity,
	f.node as object,
	cast(f.nodes as double precision) as value,
	pg_catalog.format('%s%s', f.first, case when f.nodes > 1
		then pg_catalog.format(' and %s %s', f.nodes - 1, case f.nodes when 2 then 'other' else 'others' end) end) as detail,
	cast(null as text) as fix_sql,
	case f.nodes when 0 then 'this role cannot connect to the nodes' end as reason,
	cast(null as text) as probe
from failed as f
union all
{no_cluster}
order by 2
