-- columns: {finding}
-- Reads wal_autocheckpoint of $7; a read-only connection never checkpoints.
select iif(journal_mode = 'wal', 'warning', 'not_applicable') as severity,
	iif(journal_mode = 'wal', 'wal_autocheckpoint', null) as object,
	null as value, null as detail,
	iif(journal_mode = 'wal', 'PRAGMA wal_autocheckpoint = 1000;', null) as fix_sql,
	iif(journal_mode = 'wal', null,
		'the database is not in WAL mode') as reason,
	null as probe
from temp.pragma_journal_mode('main')
where journal_mode <> 'wal' or json_extract($7, '$.wal_autocheckpoint') = 0
