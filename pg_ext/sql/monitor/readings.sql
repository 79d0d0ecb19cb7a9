-- What the server measures, by the names of measures.def.  Views that not every
-- version has, and functions that not everybody may call, cannot be named by a
-- static statement: query_to_xml() takes them as text.
with asked as (
	select case when pg_catalog.to_regclass('pg_catalog.pg_stat_checkpointer') is null
			then 'select checkpoints_timed as timed, checkpoints_req as requested from pg_catalog.pg_stat_bgwriter'
			else 'select num_timed as timed, num_requested as requested from pg_catalog.pg_stat_checkpointer'
		end as checkpoints,
		case when pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'EXECUTE')
			then 'select pg_catalog.sum(size) as bytes from pg_catalog.pg_ls_waldir()' end as wal,
		(select pg_catalog.format('select dealloc from %s', p.oid::pg_catalog.regprocedure)
			from pg_catalog.pg_extension as e
			join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
				and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
			join pg_catalog.pg_proc as p on p.oid = d.objid
			where e.extname = 'pg_stat_statements' and p.proname = 'pg_stat_statements_info'
				and pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
				and pg_catalog.current_setting('pg_stat_statements.max', true) is not null) as evictions
), told as (
	select cast(pg_catalog.query_to_xml(a.checkpoints, false, false, '') as text) as checkpoints,
		case when a.wal is not null
			then cast(pg_catalog.query_to_xml(a.wal, false, false, '') as text) end as wal,
		case when a.evictions is not null
			then cast(pg_catalog.query_to_xml(a.evictions, false, false, '') as text) end as evictions
	from asked as a
), reading (name, value) as (
	select 'size_bytes', cast(case when pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CONNECT')
			or pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
		then pg_catalog.pg_database_size(pg_catalog.current_database()) end as double precision)
	union all
	select 'wal_bytes', cast(pg_catalog.substring(t.wal, '<bytes>(.*)</bytes>') as double precision)
	from told as t
	union all
	select 'connections', pg_catalog.count(*)
	from pg_catalog.pg_stat_activity as a
	where a.usesysid is not null and coalesce(a.backend_type, 'client backend') = 'client backend'
	union all
	select 'connections_max', cast(pg_catalog.current_setting('max_connections') as integer)
		- cast(pg_catalog.current_setting('superuser_reserved_connections') as integer)
		- coalesce(cast(pg_catalog.current_setting('reserved_connections', true) as integer), 0)
	union all
	select 'xid_age', pg_catalog.age(d.datfrozenxid)
	from pg_catalog.pg_database as d
	where d.datname = pg_catalog.current_database()
	union all
	select v.name, v.value
	from pg_catalog.pg_stat_database as d
	cross join lateral (values ('commits', d.xact_commit), ('rollbacks', d.xact_rollback),
		('cache_hits', d.blks_hit), ('cache_misses', d.blks_read),
		('temp_bytes', d.temp_bytes), ('deadlocks', d.deadlocks)) as v (name, value)
	where d.datname = pg_catalog.current_database()
	union all
	select 'checkpoints_timed', cast(pg_catalog.substring(t.checkpoints, '<timed>(.*)</timed>') as double precision)
	from told as t
	union all
	select 'checkpoints_requested', cast(pg_catalog.substring(t.checkpoints, '<requested>(.*)</requested>') as double precision)
	from told as t
	union all
	select 'wal_written_bytes', cast(case when not pg_catalog.pg_is_in_recovery()
		then pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0') end as double precision)
	union all
	select 'statement_evictions', cast(pg_catalog.substring(t.evictions, '<dealloc>(.*)</dealloc>') as double precision)
	from told as t
)
select r.name, r.value
from reading as r
order by r.name
