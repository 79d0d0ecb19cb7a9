-- columns: is_index, name, type, wr, strict, sql
-- Table $1 of main, its definition found by what is known of the schema; see
-- check/verify_object.c.
select 0 as is_index, t.name, t.type, t.wr, t.strict, s.sql
from temp.dbcare_known as k
cross join main.sqlite_schema as s on s.rowid = k.place
cross join temp.pragma_table_list($1) as t
where k.kind = 'table' and k.key = $1
	and t."schema" = 'main' and t.type = 'table' and s.type = 'table' and s.name = t.name
