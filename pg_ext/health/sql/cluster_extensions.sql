-- columns: {finding}
-- The extensions of this database against those of each node.  The version of
-- Citus is the subject of cluster_versions.
with {cluster}, answer as (
	select a.*
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		with reply as materialized (
			select pg_catalog.format('%s:%s', n.nodename, n.nodeport) as node, r.success, r.result
			from pg_catalog.run_command_on_all_nodes($r$select pg_catalog.json_object_agg(e.extname, e.extversion)
				from pg_catalog.pg_extension as e$r$) as r
			join pg_catalog.pg_dist_node as n on n.nodeid = r.nodeid
		)
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object('node', r.node, 'name', e.extname,
			'version', e.extversion, 'other', cast(r.result as pg_catalog.jsonb) ->> e.extname) as text)])
		from (select * from reply where reply.success offset 0) as r
		cross join pg_catalog.pg_extension as e
		where e.extname <> 'citus' and e.extversion is distinct from cast(r.result as pg_catalog.jsonb) ->> e.extname
		union all
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object('node', r.node,
			'reason', pg_catalog.left(r.result, 500)) as text)])
		from reply as r
		where r.success is not true$q$ end) as s
	cross join lateral pg_catalog.jsonb_to_record(cast(s.word as pg_catalog.jsonb))
		as a (node text, name text, version text, other text, reason text)
)
select case when a.name is null then 'unknown' else 'warning' end as severity,
	a.node as object,
	cast(null as double precision) as value,
	case when a.name is null then null
		when a.other is null then pg_catalog.format('lacks extension %I', a.name)
		else pg_catalog.format('has version %s of extension %I, the coordinator %s', a.other, a.name, a.version) end as detail,
	cast(null as text) as fix_sql,
	pg_catalog.split_part(a.reason, pg_catalog.chr(10), 1) as reason,
	cast(null as text) as probe
from answer as a
union all
{no_cluster}
order by 2, 4
