-- columns: {finding}
-- Versions of PostgreSQL and Citus of each node against those of this server.
with {cluster}, answer as (
	select a.*
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object(
			'node', pg_catalog.format('%s:%s', n.nodename, n.nodeport), 'success', r.success,
			'words', pg_catalog.left(r.result, 500)) as text)])
		from pg_catalog.run_command_on_all_nodes($r$select pg_catalog.format('PostgreSQL %s, Citus %s',
			pg_catalog.current_setting('server_version'),
			(select e.extversion from pg_catalog.pg_extension as e where e.extname = 'citus'))$r$) as r
		join pg_catalog.pg_dist_node as n on n.nodeid = r.nodeid$q$ end) as s
	cross join lateral pg_catalog.jsonb_to_record(cast(s.word as pg_catalog.jsonb)) as a (node text, success boolean, words text)
), own as (
	select pg_catalog.format('PostgreSQL %s, Citus %s', pg_catalog.current_setting('server_version'), e.extversion) as words
	from pg_catalog.pg_extension as e
	where e.extname = 'citus'
)
select case when a.success then 'warning' else 'unknown' end as severity,
	a.node as object,
	cast(null as double precision) as value,
	pg_catalog.format('%s, the coordinator %s', a.words, own.words) as detail,
	cast(null as text) as fix_sql,
	case when not a.success then pg_catalog.split_part(a.words, pg_catalog.chr(10), 1) end as reason,
	cast(null as text) as probe
from answer as a
cross join own
where a.success is not true or a.words is distinct from own.words
union all
{no_cluster}
order by 2
