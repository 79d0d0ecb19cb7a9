-- The text of the schema that was kept, as migrate/schema has that of today's.
select o.type, o.name, o.parent, o.definition, o.position
from main.dbcare_snapshot_object as o
order by o.position, o.type, o.name
