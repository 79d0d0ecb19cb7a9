-- columns: condition
-- A condition that is true for rows whose parents were deleted by the steps $2,
-- a JSON array, of repair $1; null if there are too many to list. $3 and $4 are
-- "lost" and "named" of check/repair_keys.sql.
with taken as (
	select q.quarantine_id, q.row_data::pg_catalog.json as row
	from dbcare.quarantine as q
	where q.repair_id = $1 and q.step in (
		select s::pg_catalog.int4 from pg_catalog.jsonb_array_elements_text($2::pg_catalog.jsonb) as s)
	order by q.quarantine_id
	limit 201
), parent as (
	select pg_catalog.string_agg(pg_catalog.format('%L::%s', taken.row ->> (n.name ->> 0), n.name ->> 1), ', '
			order by n.place) as key
	from taken
	cross join lateral pg_catalog.jsonb_array_elements($4::pg_catalog.jsonb) with ordinality as n (name, place)
	group by taken.quarantine_id
)
select 'exists (select from (values (' || pg_catalog.string_agg(parent.key, '), (' order by parent.key) || ')) ' || $3 as condition
from parent
having pg_catalog.count(*) between 1 and 200 and pg_catalog.sum(pg_catalog.length(parent.key)) < 100000
order by 1
