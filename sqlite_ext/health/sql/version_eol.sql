-- columns: {finding}
-- SQLite's project maintains the newest version alone, so there is no day to
-- tell, but versions that can damage data.  With a write-ahead log these are
-- those before 3.51.3, but for 3.50.7 and 3.44.6, and a distribution may have
-- mended others without giving them another number.
select 'info' as severity, 'SQLite ' || sqlite_version() as object, null as value,
	'can in rare cases corrupt a database in WAL mode (fixed in 3.51.3)' as detail,
	null as fix_sql, null as reason, null as probe
from (
	select json_extract(part, '$[0]') * 1000000 + json_extract(part, '$[1]') * 1000
		+ json_extract(part, '$[2]') as number
	from (select '[' || replace(sqlite_version(), '.', ',') || ']' as part))
join temp.pragma_journal_mode('main')
where journal_mode = 'wal' and number < 3051003
	and not number between 3050007 and 3050999
	and not number between 3044006 and 3044999
