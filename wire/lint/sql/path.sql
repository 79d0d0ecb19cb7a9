-- columns: path, schema, time_zone
-- The schemas of the search path $1, a JSON array of arrays with a name each, in which
-- PostgreSQL looks for names, as the text of an array of OIDs; the first one of them where
-- objects are created; and the time zone of the user.
with path as (
	select n.oid, n.nspname, p.place
	from (select 0 as place, 'pg_catalog' as name
		where not exists (select from pg_catalog.jsonb_array_elements($1::pg_catalog.jsonb) as w (part)
			where w.part ->> 0 = 'pg_catalog')
		union all
		select w.place, w.part ->> 0
		from pg_catalog.jsonb_array_elements($1::pg_catalog.jsonb) with ordinality as w (part, place)) as p
	join pg_catalog.pg_namespace as n on n.nspname = case p.name when '$user' then current_user else p.name end
	where pg_catalog.has_schema_privilege(n.oid, 'USAGE')
)
select coalesce(pg_catalog.array_agg(path.oid order by path.place), '{}')::text as path,
	((pg_catalog.array_agg(path.nspname order by path.place)
		filter (where path.nspname <> 'pg_catalog'))[1])::text as schema,
	(select s.reset_val from pg_catalog.pg_settings as s where s.name = 'TimeZone') as time_zone
from path
