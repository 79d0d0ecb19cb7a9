-- columns: {finding}, suggestion
-- Settings that have the values of a small machine with slow disks, by the memory of
-- this one ($7) and the size of the database; a small database needs no others.
with machine as (
	select cast(cast($7 as jsonb) ->> 'memory_total' as double precision) as memory,
		pg_catalog.sum(c.relpages) * cast(pg_catalog.current_setting('block_size') as double precision) as data,
		pg_catalog.max(c.relpages) * cast(pg_catalog.current_setting('block_size') as double precision) as largest,
		pg_catalog.pg_size_bytes(pg_catalog.current_setting('shared_buffers')) as shared,
		pg_catalog.pg_size_bytes(pg_catalog.current_setting('effective_cache_size')) as cache,
		pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem')) as maintenance,
		cast(pg_catalog.current_setting('random_page_cost') as double precision) as random,
		(select cast(s.setting as integer) from pg_catalog.pg_settings as s where s.name = 'checkpoint_timeout') as timeout,
		coalesce(pg_catalog.current_setting('huge_pages_status', true), pg_catalog.current_setting('huge_pages')) as huge
	from pg_catalog.pg_class as c
), found as (
	select 'shared_buffers' as name,
		pg_catalog.format('%s bytes, of %s bytes of memory', m.shared, m.memory) as detail,
		pg_catalog.format('Run ALTER SYSTEM SET shared_buffers = ''%s MB'', which is a quarter of the memory, and restart the server,'
			' if the machine has no other work.', pg_catalog.floor(m.memory / 4194304)) as action
	from machine as m
	where m.shared < m.memory / 16 and m.data > 2 * m.shared
	union all
	select 'effective_cache_size', pg_catalog.format('%s bytes, of %s bytes of memory: the planner takes the cache of the system for smaller than it is', m.cache, m.memory),
		pg_catalog.format('Run ALTER SYSTEM SET effective_cache_size = ''%s MB'', then SELECT pg_reload_conf().', pg_catalog.floor(m.memory * 0.6 / 1048576))
	from machine as m
	where m.cache < m.memory / 4 and m.data > m.cache
	union all
	select 'maintenance_work_mem', pg_catalog.format('%s bytes, but the largest table or index has %s bytes: its VACUUM and the build of an index pass over it several times',
			m.maintenance, m.largest),
		pg_catalog.format('Run ALTER SYSTEM SET maintenance_work_mem = ''%s MB'', then SELECT pg_reload_conf().',
			pg_catalog.floor(least(m.memory / 20, 1073741824) / 1048576))
	from machine as m
	where m.maintenance < least(m.memory / 32, 268435456) and m.largest > 4 * m.maintenance
	union all
	select 'random_page_cost', '4, as for a disk that rotates: the planner avoids indexes',
		'Run ALTER SYSTEM SET random_page_cost = 1.1, then SELECT pg_reload_conf(), if the data is on an SSD or fits into the memory.'
	from machine as m
	where m.random >= 4
	union all
	select 'checkpoint_timeout', pg_catalog.format('%s s: whole pages are written to the WAL again after each checkpoint', m.timeout),
		'Run ALTER SYSTEM SET checkpoint_timeout = ''15 min'', then SELECT pg_reload_conf(), if the recovery after a crash may take longer.'
	from machine as m
	where m.timeout < 300
	union all
	select 'huge_pages', pg_catalog.format('off, with %s bytes of shared_buffers', m.shared),
		'Reserve huge pages in the system (vm.nr_hugepages), run ALTER SYSTEM SET huge_pages = try, and restart the server.'
	from machine as m
	where m.huge = 'off' and m.shared >= 8589934592
)
select 'info' as severity,
	f.name as object,
	m.data / 1048576 as value,
	f.detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe,
	f.action as suggestion
from found as f
cross join machine as m
where m.data >= cast($1 as double precision) * 1048576
order by f.name
