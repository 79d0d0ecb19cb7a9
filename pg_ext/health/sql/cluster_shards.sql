-- columns: {finding}
-- Tables with shards that no active node holds, by the metadata of Citus.
with {cluster}, lost as (
	select t.*
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object(
			'name', pg_catalog.format('%I.%I', n.nspname, c.relname), 'shards', pg_catalog.count(*)) as text)])
		from pg_catalog.pg_dist_shard as s
		join pg_catalog.pg_class as c on c.oid = s.logicalrelid
		join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
		where not exists (select from pg_catalog.pg_dist_placement as p
			join pg_catalog.pg_dist_node as d on d.groupid = p.groupid and d.noderole = 'primary' and d.isactive
			where p.shardid = s.shardid and p.shardstate = 1)
		group by n.nspname, c.relname$q$ end) as s
	cross join lateral pg_catalog.jsonb_to_record(cast(s.word as pg_catalog.jsonb)) as t (name text, shards bigint)
)
select cast(null as text) as severity,
	t.name as object,
	cast(t.shards as double precision) as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from lost as t
union all
{no_cluster}
order by 2
