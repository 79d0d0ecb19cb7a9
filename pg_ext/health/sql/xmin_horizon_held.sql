-- columns: {finding}, suggestion
-- Objects that keep VACUUM from removing dead rows of this database: sessions
-- and standbys (pg_stat_activity), prepared transactions, slots; but not
-- sessions that run VACUUM. Only pg_monitor sees other roles' sessions.
with holder as (
	select case when a.backend_type = 'walsender'
			then pg_catalog.format('standby %I', a.application_name)
			else pg_catalog.format('session %s of role %I', a.pid, a.usename) end as object,
		greatest(pg_catalog.age(a.backend_xid), pg_catalog.age(a.backend_xmin)) as age,
		a.xact_start as since,
		case when a.backend_type = 'client backend'
			then pg_catalog.format('SELECT pg_catalog.pg_terminate_backend(%s);', a.pid) end as fix_sql,
		case when a.backend_type = 'walsender' then 'Find the long query or the unused slot on the standby; hot_standby_feedback makes it hold rows here.'
			else pg_catalog.format('Find out what session %s does: a dump or the build of an index ends by itself. End an abandoned one.', a.pid)
			end as suggestion
	from pg_catalog.pg_stat_activity as a
	where (a.datname = pg_catalog.current_database() or a.backend_type = 'walsender')
		and a.pid <> pg_catalog.pg_backend_pid()
		and a.backend_type not in ('autovacuum worker', 'parallel worker')
		and not exists (select from pg_catalog.pg_stat_progress_vacuum as v where v.pid = a.pid)
	union all
	select pg_catalog.format('prepared transaction %L', x.gid),
		pg_catalog.age(x.transaction), x.prepared, null,
		pg_catalog.format('Ask the transaction manager that prepared transaction %L whether the other databases have committed;'
			' then commit or roll back as they did.', x.gid)
	from pg_catalog.pg_prepared_xacts as x
	where x.database = pg_catalog.current_database()
	union all
	select pg_catalog.format('replication slot %I', s.slot_name),
		greatest(pg_catalog.age(s.xmin), pg_catalog.age(s.catalog_xmin)), null,
		case when not s.active
			then pg_catalog.format('SELECT pg_catalog.pg_drop_replication_slot(%L);', s.slot_name) end,
		pg_catalog.format('Start the standby or subscriber of replication slot %I again. Drop the slot only if nothing needs it any more.', s.slot_name)
	from pg_catalog.pg_replication_slots as s
), judged as (
	select h.*, pg_catalog.clock_timestamp() - h.since as held
	from holder as h
)
select case when j.held >= interval '24 hours' or j.age >= cast($2 as double precision)
		then 'critical' else 'warning' end as severity,
	j.object,
	cast(j.age as double precision) as value,
	pg_catalog.format('%s transactions have begun since%s', j.age,
		', and ' || pg_catalog.floor(extract(epoch from j.held)) || ' s have passed') as detail,
	j.fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe,
	j.suggestion
from judged as j
where j.age >= least(cast($1 as double precision), cast($2 as double precision))
	or j.age is not null and j.held >= interval '1 hour'
union all
select 'unknown', 'sessions of other roles', null, null, null,
	'membership in pg_monitor is needed to see sessions of other roles', null, null
where not {sees_sessions} and exists (select from pg_catalog.pg_stat_activity as a
	where a.datname = pg_catalog.current_database()
		and a.usesysid is not null and a.backend_type is null)
order by 2
