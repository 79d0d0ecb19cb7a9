-- columns: oid, name, type, is_valid, other, condition, number, column
-- The constraints of the table $1 with their columns, a row for each of these.  The condition of a CHECK is
-- the tree that PostgreSQL stores: a function that shows it as SQL would wait for locks.
select con.oid::bigint as oid, con.conname::text as name, con.contype::text as type, con.convalidated as is_valid,
	con.confrelid::bigint as other, case con.contype when 'c' then con.conbin::text end as condition,
	a.attnum as number, a.attname::text as column
from pg_catalog.pg_constraint as con
left join pg_catalog.unnest(con.conkey) with ordinality as k (number, place) on true
left join pg_catalog.pg_attribute as a on a.attrelid = con.conrelid and a.attnum = k.number
where con.conrelid = cast($1 as pg_catalog.oid)
order by con.conname, con.oid, k.place
