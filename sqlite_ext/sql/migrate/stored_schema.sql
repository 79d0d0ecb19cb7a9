-- The schema that was stored, as sqlite_schema had it.
select o.type, o.name, o.parent, 0, o.definition, null, null
from main.dbcare_snapshot_object as o
order by o.type, o.name
