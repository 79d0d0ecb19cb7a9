-- columns: {finding}
-- Reads pragma_synchronous and pragma_journal_mode, which this connection may
-- have changed.  A database without a file is not durable anyway.
select 'not_applicable' as severity, null as object, null as value, null as detail, null as fix_sql,
	'the database is not in a file' as reason, null as probe
where not json_extract($7, '$.in_file')
union all
select 'critical', setting, null, state, fix_sql, null, null
from (
	select 'journal_mode' as setting, journal_mode as state,
		'PRAGMA journal_mode = DELETE;' as fix_sql
	from temp.pragma_journal_mode('main')
	where journal_mode in ('off', 'memory')
	union all
	select 'synchronous', 'off', 'PRAGMA synchronous = FULL;'
	from temp.pragma_synchronous('main')
	where synchronous = 0)
where json_extract($7, '$.in_file')
order by 2
