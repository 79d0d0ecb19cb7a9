-- The schema that was stored.
select o.type, o.name, o.parent, o.position, o.definition, cast(null as text), cast(null as text)
from dbcare.snapshot_object as o
order by o.type, o.name
