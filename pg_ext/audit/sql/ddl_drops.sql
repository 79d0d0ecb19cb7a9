-- columns: type, name
-- The first $1 objects that a command has dropped.
select d.object_type as type, d.object_identity as name
from pg_catalog.pg_event_trigger_dropped_objects() as d
where not d.is_temporary and d.object_identity is not null and (d.original or d.object_type not in ('type', 'default value', 'toast table'))
order by not d.original, d.classid, d.objid, d.objsubid
limit $1
