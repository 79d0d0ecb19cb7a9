-- columns: {finding}
-- Reads pragma_foreign_key_list; a foreign key never refers to another
-- database.
select 'critical' as severity, {shown:s.name} as object, null as value, {shown:f."table"} as detail, null as fix_sql, null as reason, null as probe
from main.sqlite_schema as s
join temp.pragma_foreign_key_list(s.name, 'main') as f
where s.type = 'table' and instr(lower(s.sql), 'references') and f.seq = 0
	and s.name not glob 'dbcare_*'
	-- not "not in", which reads the whole list because of nulls
	and iif(f."table" collate nocase in (
		select name from main.sqlite_schema where type in ('table', 'view')),
		false, true)
order by s.name, f.id
