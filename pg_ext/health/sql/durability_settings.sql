-- columns: {finding}
-- Settings in force in this session.  Without fsync or full_page_writes a
-- crash damages data; without synchronous_commit it loses the last commits.
select case s.name when 'synchronous_commit' then 'info' else 'critical' end as severity,
	s.name as object,
	cast(null as double precision) as value,
	s.setting as detail,
	case when s.source = 'configuration file'
		then pg_catalog.format('ALTER SYSTEM SET %I = on; SELECT pg_catalog.pg_reload_conf();', s.name)
	end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.pg_settings as s
where s.name in ('fsync', 'full_page_writes', 'synchronous_commit') and s.setting = 'off'
order by 1, 2
