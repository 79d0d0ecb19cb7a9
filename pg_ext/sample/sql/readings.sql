-- columns: name, value
-- The measures of the server, by the names in sample/measures.def.  A static
-- statement cannot name views that some versions lack, or functions that some
-- roles may not call: ts_stat() takes them as text, and returns the words of a
-- tsvector, here a name and a value each.
with asked (query) as (
	select case when pg_catalog.to_regclass('pg_catalog.pg_stat_checkpointer') is null
			then 'select pg_catalog.array_to_tsvector(array[''timed '' || checkpoints_timed, ''requested '' || checkpoints_req])'
				' from pg_catalog.pg_stat_bgwriter'
			else 'select pg_catalog.array_to_tsvector(array[''timed '' || num_timed, ''requested '' || num_requested])'
				' from pg_catalog.pg_stat_checkpointer'
		end
	union all
	-- from 16 on; from 18 on in bytes
	select case when pg_catalog.to_regclass('pg_catalog.pg_stat_io') is not null
		then pg_catalog.format('select pg_catalog.array_to_tsvector(array[''io_read '' || coalesce(pg_catalog.sum(%s), 0),'
				' ''io_written '' || coalesce(pg_catalog.sum(%s), 0)]) from pg_catalog.pg_stat_io where object <> ''wal''',
			case when i.in_blocks then 'reads * op_bytes' else 'read_bytes' end,
			case when i.in_blocks then '(coalesce(writes, 0) + coalesce(extends, 0)) * op_bytes'
				else 'coalesce(write_bytes, 0) + coalesce(extend_bytes, 0)' end) end
	from (select exists (select from pg_catalog.pg_attribute as a
			where a.attrelid = pg_catalog.to_regclass('pg_catalog.pg_stat_io') and a.attname = 'op_bytes')) as i (in_blocks)
	union all
	select case when pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'EXECUTE')
			then 'select pg_catalog.array_to_tsvector(array[''wal '' || coalesce(pg_catalog.sum(size), 0)])'
				' from pg_catalog.pg_ls_waldir()' end
	union all
		(select pg_catalog.format('select pg_catalog.array_to_tsvector(array[''evictions '' || dealloc]) from %s',
				p.oid::pg_catalog.regprocedure)
			from pg_catalog.pg_extension as e
			join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
				and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
			join pg_catalog.pg_proc as p on p.oid = d.objid
			where e.extname = 'pg_stat_statements' and p.proname = 'pg_stat_statements_info'
				and pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
				and pg_catalog.current_setting('pg_stat_statements.max', true) is not null)
), told (name, value) as (
	select pg_catalog.split_part(s.word, ' ', 1), cast(pg_catalog.split_part(s.word, ' ', 2) as double precision)
	from asked as a
	cross join lateral pg_catalog.ts_stat(a.query) as s
), reading (name, value) as (
	select 'size_bytes', cast(case when pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CONNECT')
			or pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
		then pg_catalog.pg_database_size(pg_catalog.current_database()) end as double precision)
	union all
	select 'wal_bytes', (select t.value from told as t where t.name = 'wal')
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
	select 'checkpoints_timed', (select t.value from told as t where t.name = 'timed')
	union all
	select 'checkpoints_requested', (select t.value from told as t where t.name = 'requested')
	union all
	select 'io_read_bytes', (select t.value from told as t where t.name = 'io_read')
	union all
	select 'io_written_bytes', (select t.value from told as t where t.name = 'io_written')
	union all
	select 'wal_written_bytes', cast(case when not pg_catalog.pg_is_in_recovery()
		then pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0') end as double precision)
	union all
	select 'statement_evictions', (select t.value from told as t where t.name = 'evictions')
)
select r.name, r.value
from reading as r
order by r.name
