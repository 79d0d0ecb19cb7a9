-- columns: {finding}
-- The memory that the server would use, compared with that of the machine ($7),
-- if every connection used work_mem once; shared buffers are always allocated.
with setting as (
	select pg_catalog.pg_size_bytes(pg_catalog.current_setting('shared_buffers')) as shared,
		pg_catalog.pg_size_bytes(pg_catalog.current_setting('work_mem')) as each,
		cast(pg_catalog.current_setting('max_connections') as integer) as connections,
		cast(cast($7 as jsonb) ->> 'memory_total' as double precision) as memory
), used as (
	select s.*, 100 * (s.shared + s.connections * s.each) / nullif(s.memory, 0) as percent
	from setting as s
)
select cast(null as text) as severity,
	'the server' as object,
	u.percent as value,
	pg_catalog.format('%s bytes of shared_buffers and %s times work_mem (%s bytes)', u.shared,
		u.connections, u.each) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from used as u
where u.percent >= least(cast($1 as double precision), cast($2 as double precision))
union all
select 'not_applicable', null, null, null, null, 'the memory of the machine is not known', null
from used as u
where u.percent is null
order by 2
