-- columns: way
-- How a column of type $1 becomes one of type $2: 'a' by assignment, 'e' by an
-- explicit cast; no row if there is no cast or the type does not exist yet, so
-- that values have to be converted through text.
select case
		when s.oid = t.oid then 'a'
		when c.castcontext in ('a', 'i') then 'a'
		when c.castcontext = 'e' then 'e'
		when t.typcategory = 'S' then 'a'
		when s.typcategory = 'S' then 'e' end as way
from pg_catalog.pg_type as s
join pg_catalog.pg_type as t on t.oid = pg_catalog.to_regtype($2)
left join pg_catalog.pg_cast as c on (c.castsource, c.casttarget) in ((s.oid, t.oid),
	(case when s.typcategory = 'A' then s.typelem end, case when t.typcategory = 'A' then t.typelem end))
where s.oid = pg_catalog.to_regtype($1)
	and (s.oid = t.oid or c.oid is not null or 'S' in (s.typcategory, t.typcategory))
order by way
limit 1
