-- Reads pragma_journal_size_limit; only a write-ahead log keeps its length.
select iif(journal_mode = 'wal', 'info', 'not_applicable'),
	iif(journal_mode = 'wal', 'journal_size_limit', null),
	null, null,
	iif(journal_mode = 'wal', 'PRAGMA main.journal_size_limit = 67108864;',
		null),
	iif(journal_mode = 'wal', null,
		'the database is not in WAL mode'),
	null
from temp.pragma_journal_mode('main')
join temp.pragma_journal_size_limit('main')
where journal_mode <> 'wal' or journal_size_limit < 0
