-- columns: {finding}
-- Reads pragma_journal_mode.  No finding if WAL mode is not possible.
select 'info' as severity, 'journal_mode' as object, null as value, journal_mode as detail,
	'PRAGMA journal_mode = WAL;' as fix_sql, null as reason, null as probe
from temp.pragma_journal_mode('main')
where journal_mode in ('delete', 'truncate', 'persist')
	and json_extract($7, '$.in_file')
	and json_extract($7, '$.network') is null
