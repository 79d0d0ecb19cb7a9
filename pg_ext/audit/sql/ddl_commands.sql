-- columns: type, name
-- The first $1 objects that a command has created or altered.
select c.object_type as type, coalesce(c.object_identity, c.object_type) as name
from pg_catalog.pg_event_trigger_ddl_commands() as c
where not c.in_extension and coalesce(c.schema_name, '') not in ('pg_temp', 'pg_toast')
order by c.classid, c.objid, c.objsubid
limit $1
