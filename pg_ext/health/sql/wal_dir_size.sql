-- columns: {finding}
-- The size of WAL on disk compared with the configured size, and with its disk
-- ($3, or $7 if that is another disk).  Only pg_monitor may list it; ts_stat()
-- takes as text what other roles cannot call.
with listed as (
	select case when pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'EXECUTE')
			then (select cast(s.word as bigint) from pg_catalog.ts_stat(
				'select pg_catalog.array_to_tsvector(array[cast(coalesce(pg_catalog.sum(size), 0) as text)])'
				' from pg_catalog.pg_ls_waldir()') as s) end as bytes,
		greatest(pg_catalog.pg_size_bytes(pg_catalog.current_setting('max_wal_size')),
			pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_keep_size'))) as meant,
		coalesce(cast(cast($7 as pg_catalog.jsonb) ->> 'wal_disk_total' as bigint), cast($3 as bigint)) as disk
), position as (
	select case when pg_catalog.pg_is_in_recovery()
		then coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
		else pg_catalog.pg_current_wal_lsn() end as lsn
), slot as (
	select s.slot_name, pg_catalog.pg_wal_lsn_diff(p.lsn, s.restart_lsn) as kept
	from pg_catalog.pg_replication_slots as s
	cross join position as p
	where s.restart_lsn is not null
	order by 2 desc, 1
	limit 1
), judged as (
	select l.*, cast(l.bytes as double precision) / l.meant as ratio
	from listed as l
)
select case when j.bytes is null then 'unknown' when j.bytes > 0.5 * j.disk then 'critical' end as severity,
	'the log' as object,
	j.ratio as value,
	pg_catalog.format('%s bytes%s', j.bytes, coalesce(
		(select pg_catalog.format(', slot %I keeps %s bytes', s.slot_name, s.kept) from slot as s where s.kept > 0.5 * j.bytes),
		(select ', archiving fails' from pg_catalog.pg_stat_archiver as a
			where a.last_failed_time > coalesce(a.last_archived_time, '-infinity')
				and pg_catalog.current_setting('archive_mode') <> 'off'))) as detail,
	cast(null as text) as fix_sql,
	case when j.bytes is null then 'membership in pg_monitor is needed to see the size of pg_wal' end as reason,
	cast(null as text) as probe
from judged as j
where j.bytes is null or j.bytes > 0.5 * j.disk
	or j.ratio >= least(cast($1 as double precision), cast($2 as double precision))
order by 2
