-- columns: {finding}
-- The maximum of sqlite_sequence, which only exists if there is an
-- AUTOINCREMENT table.  Without AUTOINCREMENT, SQLite reuses free rowids.
select null as severity, name as object, null as value, null as detail, null as fix_sql, null as reason,
	printf('with worst (n, name, key) as materialized ('
		|| 'select max(seq), name, (select name from temp.pragma_table_info(q.name, ''main'') where pk)'
		|| ' from main.sqlite_sequence as q),'
		|| ' listed (place, name) as (select 1, key from worst union all select 2, name from worst),'
		|| ' shown (place, text) as (select place, iif(name glob ''[a-z_]*'' and name not glob ''*[^a-z0-9_]*'''
		|| ' and not instr(%Q, '' '' || name || '' ''), name, printf(''"%%w"'', name)) from listed)'
		|| ' select round(100.0 * n / 9223372036854775807, 2),'
		|| ' (select text from shown where place = 1), (select text from shown where place = 2)'
		|| ' from worst where n >= 1 << 62', {reserved}) as probe
from main.sqlite_schema
where name = 'sqlite_sequence'
