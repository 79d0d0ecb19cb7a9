-- columns: {finding}
-- Reads pragma_foreign_keys, a setting of this connection, and counts the
-- foreign keys of pragma_foreign_key_list.
select 'warning' as severity, 'foreign_keys' as object, count(*) as value, null as detail,
	'PRAGMA foreign_keys = ON;' as fix_sql, null as reason, null as probe
from main.sqlite_schema as s
join temp.pragma_foreign_key_list(s.name, 'main') as f
where not (select foreign_keys from temp.pragma_foreign_keys) and f.seq = 0
	and s.type = 'table' and instr(lower(s.sql), 'references')
	and s.name not glob 'dbcare_*'
group by 1
having count(*) > 0
