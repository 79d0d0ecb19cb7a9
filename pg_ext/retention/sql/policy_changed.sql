-- columns: name
-- The names that columns of table $3 of schema $2 had when policy $1 was stored, and that are
-- no longer theirs.  Numbers of a table that was made anew, or copied, say nothing.
select w.value as name
from dbcare.policy as p
join pg_catalog.pg_namespace as n on n.nspname = $2
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = $3
cross join lateral pg_catalog.jsonb_each_text(cast(p.columns as pg_catalog.jsonb) -> 'columns') as w (key, value)
left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = cast(w.key as int2) and not a.attisdropped
where p.policy_id = $1 and cast(p.columns as pg_catalog.jsonb) ->> 'of' = {place} || '/' || c.oid
	and a.attname::text is distinct from w.value
order by cast(w.key as int2)
