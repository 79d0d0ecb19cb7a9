-- Makes snapshot_object equal to today's schema, which the comment in the first
-- query stands for; touches the rows that differ alone.
with now (type, name, parent, position, definition, details, depends_on) as materialized (
	/* schema */
), gone as (
	delete from dbcare.snapshot_object as o
	where not exists (select from now as n where n.type = o.type and n.name = o.name)
)
insert into dbcare.snapshot_object as o (type, name, parent, position, definition)
select n.type, n.name, n.parent, n.position, n.definition
from now as n
on conflict (type, name) do update
set parent = excluded.parent, position = excluded.position, definition = excluded.definition
where (o.parent, o.position, o.definition)
	is distinct from (excluded.parent, excluded.position, excluded.definition)
