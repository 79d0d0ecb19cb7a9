-- columns: kind, name, value_before, value_now
-- The differences between two identities of a table, $1 and $2: kind, name,
-- and the values before and now.  A requirement that was dropped is not a
-- difference.
with old as (
	select f.kind, f.name, f.value
	from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) as f (kind text, name text, value text)
), new as (
	select f.kind, f.name, f.value
	from pg_catalog.jsonb_to_recordset($2::pg_catalog.jsonb) as f (kind text, name text, value text)
)
select coalesce(old.kind, new.kind) as kind, coalesce(old.name, new.name) as name, old.value as value_before, new.value as value_now
from old
full join new on new.kind = old.kind and new.name = old.name
where old.value is distinct from new.value and (new.name is not null or old.kind <> 'demand')
order by 1, 2
