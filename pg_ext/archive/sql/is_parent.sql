-- columns: is_parent
-- kept
-- Whether foreign keys refer to the table with OID $1 and name $2.
select exists (select from pg_catalog.pg_constraint as c
	where c.confrelid = cast($1 as pg_catalog.oid) and c.contype = 'f') as is_parent
where $2 is not null
