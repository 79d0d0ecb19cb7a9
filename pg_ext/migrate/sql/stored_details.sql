-- columns: type, name, parent, position, definition, details, depends_on
-- The schema that was stored, with all columns.
select o.type, o.name, o.parent, o.position, o.definition, o.details, o.depends_on
from dbcare.snapshot_object as o
order by o.type, o.name
