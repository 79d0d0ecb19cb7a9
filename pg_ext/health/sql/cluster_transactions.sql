-- columns: {finding}
-- Transactions that other nodes have begun, and those that Citus has prepared on
-- any node; long_running_tx has those of this server.  A node shows transactions
-- of other roles to pg_monitor only.
with {cluster}, answer as (
	select a.*
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		with reply as materialized (
			select pg_catalog.format('%s:%s', n.nodename, n.nodeport) as node, r.success, r.result,
				n.groupid = (select g.groupid from pg_catalog.pg_dist_local_group as g) as here
			from pg_catalog.run_command_on_all_nodes($r$
				select coalesce(pg_catalog.json_agg(x), '[]') from (
					select 'session' as kind, cast(a.pid as text) as name, cast(a.usename as text) as owner, a.state,
						pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.xact_start) as age,
						a.state is null and not {sees_sessions} as hidden
					from pg_catalog.pg_stat_activity as a
					join pg_catalog.get_all_active_transactions() as t on t.process_id = a.pid and not t.worker_query
					where a.backend_type = 'client backend' and (a.xact_start is not null or a.state is null and not {sees_sessions})
						and a.pid <> pg_catalog.pg_backend_pid()
					union all
					select 'prepared', p.gid, p.owner, null,
						pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - p.prepared), false
					from pg_catalog.pg_prepared_xacts as p
					where p.database = pg_catalog.current_database() and p.gid like 'citus\_%') as x$r$) as r
			join pg_catalog.pg_dist_node as n on n.nodeid = r.nodeid
		)
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object('node', r.node) || e.item as text)])
		from (select * from reply where reply.success offset 0) as r
		cross join lateral pg_catalog.jsonb_array_elements(cast(r.result as pg_catalog.jsonb)) as e (item)
		where e.item ->> 'kind' = 'prepared' or not r.here
		union all
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_object('node', r.node,
			'reason', pg_catalog.left(r.result, 500)) as text)])
		from reply as r
		where r.success is not true$q$ end) as s
	cross join lateral pg_catalog.jsonb_to_record(cast(s.word as pg_catalog.jsonb))
		as a (node text, kind text, name text, owner text, state text, age double precision, hidden boolean, reason text)
)
select case when a.kind is null or a.hidden then 'unknown' end as severity,
	case when a.kind is null or a.hidden then a.node
		when a.kind = 'prepared' then pg_catalog.format('prepared transaction %L', a.name)
		else pg_catalog.format('session %s of node %s', a.name, a.node) end as object,
	pg_catalog.floor(a.age) as value,
	case a.kind when 'prepared' then pg_catalog.format('on node %s', a.node)
		when 'session' then pg_catalog.format('%s, role %s', a.state, pg_catalog.quote_ident(a.owner)) end as detail,
	cast(null as text) as fix_sql,
	case when a.hidden then 'membership in pg_monitor is needed to see transactions of other roles'
		else pg_catalog.split_part(a.reason, pg_catalog.chr(10), 1) end as reason,
	cast(null as text) as probe
from (select distinct a.node, a.kind, case when not a.hidden then a.name end as name, case when not a.hidden then a.owner end as owner, a.state, a.age, a.hidden, a.reason
	from answer as a) as a
where a.kind is null or a.hidden or a.age >= least(cast($1 as double precision), cast($2 as double precision))
union all
{no_cluster}
order by 2, 4
