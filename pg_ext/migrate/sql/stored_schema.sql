-- columns: type, name, parent, position, definition, details, depends_on
-- The schema that was stored.
select o.type, o.name, o.parent, o.position, o.definition, cast(null as text) as details, cast(null as text) as depends_on
from dbcare.snapshot_object as o
order by o.type, o.name
