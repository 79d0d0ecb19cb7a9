-- columns: oid, kind, schema, name, shown
-- The relations with the names $1, a JSON array of arrays of their parts, found as
-- PostgreSQL finds them in the search path $2, a JSON array like that.
with path as (
	select n.oid, n.nspname, p.place
	from (select 0 as place, '["pg_temp"]'::pg_catalog.jsonb as part
		union all
		select 1, '["pg_catalog"]'
		where not exists (select from pg_catalog.jsonb_array_elements($2::pg_catalog.jsonb) as w (part)
			where w.part ->> 0 = 'pg_catalog')
		union all
		select 1 + w.place, w.part
		from pg_catalog.jsonb_array_elements($2::pg_catalog.jsonb) with ordinality as w (part, place)) as p
	join pg_catalog.pg_namespace as n on case p.part ->> 0
		when 'pg_temp' then n.oid = pg_catalog.pg_my_temp_schema()
		when '$user' then n.nspname = current_user
		else n.nspname = p.part ->> 0 end
	where pg_catalog.has_schema_privilege(n.oid, 'USAGE')
), wanted as (
	select w.parts ->> -1 as name, w.parts ->> -2 as schema, w.place
	from pg_catalog.jsonb_array_elements($1::pg_catalog.jsonb) with ordinality as w (parts, place)
	where pg_catalog.jsonb_array_length(w.parts) <= 2
		or w.parts ->> -3 = pg_catalog.current_database()
)
select distinct on (w.place) c.oid::bigint as oid, c.relkind::text as kind,
	n.nspname::text as schema, c.relname::text as name,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as shown
from wanted as w
join pg_catalog.pg_class as c on c.relname = w.name
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join path as p on p.oid = n.oid
where case when w.schema is null then p.oid is not null
	when w.schema = 'pg_temp' then n.oid = pg_catalog.pg_my_temp_schema()
	else n.nspname = w.schema end
order by w.place, p.place
