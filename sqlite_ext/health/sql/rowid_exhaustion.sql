-- columns: {finding}
-- The maximum of sqlite_sequence, which only exists if there is an
-- AUTOINCREMENT table.  Without AUTOINCREMENT, SQLite reuses free rowids.
select null as severity, name as object, null as value, null as detail, null as fix_sql, null as reason,
	'select round(100.0 * n / 9223372036854775807, 2), name'
		|| ' from (select max(seq) as n, name from main.sqlite_sequence)'
		|| ' where n >= 1 << 62' as probe
from main.sqlite_schema
where name = 'sqlite_sequence'
