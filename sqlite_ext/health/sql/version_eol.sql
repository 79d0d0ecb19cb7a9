-- columns: {finding}
-- The SQLite project maintains only the newest version, so there is no end of
-- life, but there are versions that can damage data.  With a write-ahead log
-- these are the versions before 3.51.3, except 3.50.7 and 3.44.6; a
-- distribution may have fixed others without changing the version number.
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
	and not json_extract($7, '$.of_command')
union all
select 'not_applicable', null, null, null, null, 'this command has SQLite ' || sqlite_version()
	|| ' in it; that of the application is not known here', null
where json_extract($7, '$.of_command')
