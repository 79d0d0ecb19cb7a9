-- columns: none
-- Deletes dropped objects ($1) from the stored schema and adds those that are new
-- or have changed ($2).
with gone as (
	delete from dbcare.snapshot_object as o
	using pg_catalog.jsonb_to_recordset(cast($1 as jsonb)) as g (type text, name text)
	where o.type = g.type and o.name = g.name
)
insert into dbcare.snapshot_object (type, name, parent, position, definition, details, depends_on)
select c.type, c.name, c.parent, coalesce(c.position, 0), c.definition, c.details, c.depends_on
from pg_catalog.jsonb_to_recordset(cast($2 as jsonb))
	as c (type text, name text, parent text, position bigint, definition text, details text, depends_on text)
on conflict (type, name) do update
set parent = excluded.parent, position = excluded.position, definition = excluded.definition,
	details = excluded.details, depends_on = excluded.depends_on
