-- columns: detail
-- Describes the processes of list $1 that have held a lock since before $2, as
-- a sentence; null if there are none.  Other processes acquired the lock after
-- the wait had ended.
select 'The lock was held by ' || pg_catalog.string_agg(
	coalesce(pg_catalog.format('process %s (user "%s"%s, %s), whose query is: %s', a.pid,
			a.usename, ', application "' || nullif(a.application_name, '') || '"', a.state,
			pg_catalog.rtrim(pg_catalog."left"(pg_catalog.regexp_replace(a.query, '\s+', ' ', 'g'), 200), '; ')),
		case p.pid when '0' then 'a prepared transaction' else 'process ' || p.pid end),
	', and by ' order by a.xact_start, p.pid) || '.' as detail
from pg_catalog.regexp_split_to_table($1, ' ') as p (pid)
left join pg_catalog.pg_stat_activity as a on cast(a.pid as text) = p.pid
where p.pid <> '' and coalesce(a.xact_start <= cast($2 as timestamptz), true)
order by 1
