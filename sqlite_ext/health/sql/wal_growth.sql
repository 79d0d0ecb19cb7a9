-- columns: {finding}
-- Reads pragma_journal_mode; $5 is the size of the -wal file.  A fifth of a
-- small database is not a finding: an automatic checkpoint starts at 1,000
-- pages and does not shrink the file, so the minimum is twice that.
select case when journal_mode <> 'wal' then 'not_applicable'
		when $5 is null then 'unknown'
		when $5 > 1 << 30 and $5 > bytes then 'critical'
		else 'warning' end as severity,
	iif(journal_mode = 'wal', base || '-wal', null) as object,
	iif(journal_mode = 'wal', $5, null) as value,
	iif(journal_mode = 'wal', bytes || ' bytes', null) as detail,
	iif(journal_mode = 'wal' and $5 is not null,
		'PRAGMA wal_checkpoint(TRUNCATE);', null) as fix_sql,
	case when journal_mode <> 'wal'
		then 'the database is not in WAL mode'
		when $5 is null
		then 'the size of the WAL file could not be read' end as reason,
	null as probe
from temp.pragma_journal_mode('main')
join (select page_count * page_size as bytes, page_size
	from temp.pragma_page_count('main'), temp.pragma_page_size('main'))
join (select substr(file, 1 + length(rtrim(file, replace(file, '/', ''))))
		as base
	from temp.pragma_database_list
	where name = 'main')
where journal_mode <> 'wal' or $5 is null
	or $5 > 64 << 20 or $5 > bytes / 5 and $5 > 2000 * page_size
