-- columns: {finding}
-- Bytes of the shards of each node against the average of the nodes that should
-- have shards, without reference tables, which are on each.
with {cluster}, node as (
	select n.*
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		with {shard_sizes}
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object(
			'node', pg_catalog.format('%s:%s', n.nodename, n.nodeport), 'bytes', coalesce(x.bytes, 0),
			'reason', case when r.success is not true then pg_catalog.left(coalesce(r.words, 'the node is inactive'), 500)
				when x.missing > 0 then 'the shards could not all be measured' end) as text)])
		from pg_catalog.pg_dist_node as n
		left join reply as r on r.nodeid = n.nodeid
		left join (select p.nodeid, pg_catalog.sum(z.table_bytes + z.index_bytes) as bytes,
				pg_catalog.count(*) filter (where z.shardid is null) as missing
			from placed as p
			join pg_catalog.pg_dist_partition as t on t.logicalrelid = p.logicalrelid and t.partmethod <> 'n'
			left join sized as z on z.shardid = p.shardid and z.nodeid = p.nodeid
			group by p.nodeid) as x on x.nodeid = n.nodeid
		where n.noderole = 'primary' and n.shouldhaveshards$q$ end) as s
	cross join lateral pg_catalog.jsonb_to_record(cast(s.word as pg_catalog.jsonb)) as n (node text, bytes bigint, reason text)
), judged as (
	select n.*, pg_catalog.avg(n.bytes) over () as average, pg_catalog.count(n.reason) over () as failures
	from node as n
)
select cast(null as text) as severity,
	j.node as object,
	cast(100 * (j.bytes / j.average - 1) as double precision) as value,
	pg_catalog.format('%s bytes', j.bytes) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from judged as j
where j.failures = 0 and j.bytes > cast($9 as double precision) * 1048576 and j.average > 0
	and 100 * (j.bytes / j.average - 1) >= least(cast($1 as double precision), cast($2 as double precision))
union all
select 'unknown', n.node, null, null, null, pg_catalog.split_part(n.reason, pg_catalog.chr(10), 1), null
from node as n
where n.reason is not null
union all
{no_cluster}
order by 2
