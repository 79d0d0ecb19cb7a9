-- Reads pragma_journal_mode.  Nothing to say where a write-ahead log would not
-- work.
select 'info', 'journal_mode', null, journal_mode,
	'PRAGMA journal_mode = WAL;', null, null
from temp.pragma_journal_mode('main')
where journal_mode in ('delete', 'truncate', 'persist')
	and json_extract($7, '$.in_file')
	and json_extract($7, '$.network') is null
