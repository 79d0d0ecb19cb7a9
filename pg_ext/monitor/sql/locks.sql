-- columns: pid, blockers, waiting_since, lock_type, lock_mode, relation, prepared, query, user_name, application, state
-- The sessions of this database that wait for a lock, with those that block
-- them, and these, by PID.  Parallel workers count as their leader.  Prepared
-- transactions have no process: 0 is among the blockers, and prepared has their
-- names.  Version 14 and later show the start of a wait to every role.
with lock as materialized (
	select l.*, pg_catalog.concat_ws(' ', l.locktype, l.database, l.relation, l.page, l.tuple,
			l.virtualxid, l.transactionid, l.classid, l.objid, l.objsubid) as tag,
		cast(pg_catalog.to_jsonb(l) ->> 'waitstart' as timestamp with time zone) as since
	from pg_catalog.pg_locks as l
), session as materialized (
	select a.*, case a.backend_type when 'parallel worker' then coalesce(a.leader_pid, a.pid) else a.pid end as leader
	from pg_catalog.pg_stat_activity as a
), changing (pid, relation) as materialized (
	-- who waits for a transaction to change a row has a lock on the row
	select l.pid, pg_catalog.min(l.relation)
	from lock as l
	where l.granted and l.locktype = 'tuple'
	group by l.pid
), prepared (tag, names) as materialized (
	select l.tag, pg_catalog.string_agg(pg_catalog.quote_literal(p.gid), ', ' order by p.gid)
	from pg_catalog.pg_prepared_xacts as p
	join lock as x on x.transactionid = p.transaction and x.granted and x.pid is null
	join lock as l on l.virtualtransaction = x.virtualtransaction and l.pid is null
	group by l.tag
), waiting as materialized (
	select distinct on (s.leader) s.leader, coalesce(l.since, s.query_start) as since, l.locktype, l.mode, l.tag,
		coalesce(l.relation, g.relation) as relation
	from lock as l
	join session as s on s.pid = l.pid
	left join changing as g on g.pid = l.pid
	where not l.granted and s.datname = pg_catalog.current_database()
	order by s.leader, coalesce(l.since, s.query_start), l.tag
), blocked as materialized (
	select w.*, array(select distinct b.pid
		from pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.leader)) as b (pid)
		order by b.pid) as blockers
	from waiting as w
)
select s.pid,
	cast(b.blockers as text) as blockers,
	{iso:b.since} as waiting_since,
	b.locktype as lock_type,
	b.mode as lock_mode,
	(select pg_catalog.format('%I.%I', n.nspname, c.relname)
		from pg_catalog.pg_class as c
		join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
		where c.oid = b.relation) as relation,
	case when 0 = any (b.blockers) then p.names end as prepared,
	nullif(nullif(s.query, ''), '<insufficient privilege>') as query,
	cast(s.usename as text) as user_name,
	nullif(s.application_name, '') as application,
	s.state
from session as s
left join blocked as b on b.leader = s.pid and b.blockers <> '{}'
left join prepared as p on p.tag = b.tag
where b.leader is not null or s.pid in (select pg_catalog.unnest(o.blockers) from blocked as o)
order by s.pid
