-- The greatest of sqlite_sequence, which only exists once there is a table with
-- AUTOINCREMENT.  Where rowids may be used again, SQLite finds free ones.
select null, name, null, 'AUTOINCREMENT', null, null,
	'select round(100.0 * n / 9223372036854775807, 2)'
		|| ' from (select max(seq) as n from main.sqlite_sequence)'
		|| ' where n >= 1 << 62'
from main.sqlite_schema
where name = 'sqlite_sequence'
