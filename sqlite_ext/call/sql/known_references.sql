-- columns: child, place, seq, name, parent, target, action
-- The columns of foreign keys; null: tables that may have none.  See call/known_table.c.
select s.name as child, cast(f.id as text) as place, cast(f.seq as text) as seq, f."from" as name, f."table" as parent, f."to" as target,
	f.on_delete as action
from main.sqlite_schema as s
left join temp.pragma_foreign_key_list(s.name, 'main') as f
where s.type = 'table' and instr(lower(s.sql), 'references')
