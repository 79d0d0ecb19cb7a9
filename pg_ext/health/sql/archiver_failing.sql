-- columns: {finding}
-- WAL segments waiting to be archived: the age of the oldest .ready file, which
-- only pg_monitor may list.  A static statement cannot name a function that the
-- role may not call, so ts_stat() takes it as text. 100 segments are critical
-- at any age.
with archiver as (
	select pg_catalog.current_setting('archive_mode') as mode,
		a.last_failed_wal,
		a.last_failed_time > coalesce(a.last_archived_time, '-infinity') as is_failing,
		pg_catalog.has_function_privilege('pg_catalog.pg_ls_archive_statusdir()', 'EXECUTE') as is_visible
	from pg_catalog.pg_stat_archiver as a
), listed as (
	select a.*, case when a.is_visible then (select pg_catalog.string_to_array(s.word, ' ') from pg_catalog.ts_stat(
			'select pg_catalog.array_to_tsvector(array[pg_catalog.concat_ws('' '', pg_catalog.count(*),'
			' pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.min(modification))))])'
			' from pg_catalog.pg_ls_archive_statusdir() where name like ''%.ready''') as s) end as waiting
	from archiver as a
	where a.mode = 'always' or a.mode = 'on' and not pg_catalog.pg_is_in_recovery()
), measured as (
	select l.*, cast(l.waiting[1] as bigint) as ready, cast(l.waiting[2] as double precision) as seconds
	from listed as l
), judged as (
	select m.*, case when m.ready >= 100 or m.seconds >= cast($2 as double precision) then 'critical'
		when m.seconds >= cast($1 as double precision) or not m.is_visible and m.is_failing then 'warning'
		when not m.is_visible then 'unknown' end as severity
	from measured as m
)
select j.severity,
	'the log' as object,
	j.seconds as value,
	pg_catalog.format('%s%s', coalesce(j.ready || case j.ready when 1 then ' segment waits' else ' segments wait' end, 'archiving fails'),
		case when j.is_failing then pg_catalog.format(', %s could not be archived', j.last_failed_wal) end) as detail,
	cast(null as text) as fix_sql,
	case j.severity when 'unknown' then 'membership in pg_monitor is needed to see the waiting segments' end as reason,
	cast(null as text) as probe
from judged as j
where j.severity is not null
union all
select 'not_applicable', null, null, null, null,
	case a.mode when 'off' then 'archive_mode is off' else 'the primary archives' end, null
from archiver as a
where a.mode = 'off' or a.mode = 'on' and pg_catalog.pg_is_in_recovery()
order by 2
