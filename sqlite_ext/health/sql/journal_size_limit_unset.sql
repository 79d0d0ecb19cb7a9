-- columns: {finding}
-- Reads pragma_journal_size_limit; only a WAL file never shrinks.
select iif(journal_mode = 'wal', 'info', 'not_applicable') as severity,
	iif(journal_mode = 'wal', 'journal_size_limit', null) as object,
	null as value, null as detail,
	iif(journal_mode = 'wal', 'PRAGMA main.journal_size_limit = 67108864;',
		null) as fix_sql,
	iif(journal_mode = 'wal', null,
		'the database is not in WAL mode') as reason,
	null as probe
from temp.pragma_journal_mode('main')
join temp.pragma_journal_size_limit('main')
where journal_mode <> 'wal' or journal_size_limit < 0
