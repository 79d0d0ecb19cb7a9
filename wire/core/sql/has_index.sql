-- columns: found
-- Whether table $1 has a valid index named $2.
select exists (select from pg_catalog.pg_index as i
	join pg_catalog.pg_class as c on c.oid = i.indexrelid
	where i.indrelid = $1 and c.relname = $2 and i.indisvalid) as found
