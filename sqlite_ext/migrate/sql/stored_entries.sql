-- columns: type, name, table_name, sql, place
-- The stored schema, with the columns of schema_entries.
select o.type, o.name, o.parent as table_name, o.definition as sql, o.position as place
from main.dbcare_snapshot_object as o
order by o.position, o.type, o.name
