-- columns: {finding}
-- The file system of the data directory, measured by the host ($3, $4), and
-- those of WAL and tablespaces if they differ ($7).  A large disk may be fuller
-- than a small one: 50 GB free are sufficient.
with elsewhere as (
	select cast($7 as pg_catalog.jsonb) as known
), disk as (
	select 'data directory' as object, cast($3 as bigint) as total, cast($4 as bigint) as free
	union all
	select 'the log', cast(e.known ->> 'wal_disk_total' as bigint), cast(e.known ->> 'wal_disk_free' as bigint)
	from elsewhere as e
	where e.known ->> 'wal_disk_total' is not null
	union all
	select pg_catalog.format('tablespace %I', s.spcname), t.total, t.free
	from elsewhere as e
	cross join lateral pg_catalog.jsonb_to_recordset(e.known -> 'tablespaces') as t (oid oid, total bigint, free bigint)
	join pg_catalog.pg_tablespace as s on s.oid = t.oid
), used as (
	select d.object, d.free,
		100 * (1 - cast(d.free as double precision) / nullif(d.total, 0)) as percent,
		cast($1 as double precision) as warning,
		cast($2 as double precision) as critical
	from disk as d
)
select case when u.percent is null then 'unknown'
		when u.percent >= u.critical then 'critical'
		else 'warning' end as severity,
	u.object,
	u.percent as value,
	cast(u.free as text) as detail,
	cast(null as text) as fix_sql,
	case when u.percent is null
		then 'the free space of the file system could not be measured' end as reason,
	cast(null as text) as probe
from used as u
where u.percent is null
	or u.percent >= u.critical
	or u.percent >= u.warning and u.free < cast(50 as bigint) << 30
order by u.object
