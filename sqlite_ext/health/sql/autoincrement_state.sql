-- columns: {finding}
-- Compares sqlite_sequence with the maximum rowid of each AUTOINCREMENT table
-- in it.
select 'warning' as severity, {shown:s.name} as object, null as value, {shown:c.name} as detail,
	printf('INSERT INTO main.sqlite_sequence (name, seq) SELECT %Q, max(n) FROM'
		|| ' (SELECT max("%w") AS n FROM main."%w" UNION ALL SELECT max(seq)'
		|| ' FROM main.sqlite_sequence WHERE name = %Q); DELETE FROM'
		|| ' main.sqlite_sequence WHERE name = %Q AND rowid < (SELECT max(rowid)'
		|| ' FROM main.sqlite_sequence WHERE name = %Q);',
		s.name, c.name, s.name, s.name, s.name, s.name) as fix_sql,
	null as reason,
	printf('select n from (select max("%w") as n from main."%w") where ('
		|| 'select count(*) > 1 or max(seq) < n or typeof(max(seq)) = ''text'''
		|| ' from main.sqlite_sequence where name = %Q)',
		c.name, s.name, s.name) as probe
from main.sqlite_schema as s
join temp.pragma_table_info(s.name, 'main') as c on c.pk
where s.type = 'table' and instr(lower(s.sql), 'autoincrement')
	and s.name not glob 'dbcare_*'
	and exists (select 1 from main.sqlite_schema where name = 'sqlite_sequence')
order by s.name
