-- columns: indexes
-- All invalid indexes.
select cast(array(
	select pg_catalog.format('%I.%I', n.nspname, c.relname)
	from pg_catalog.pg_index as i
	join pg_catalog.pg_class as c on c.oid = i.indexrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where not i.indisvalid
	order by 1) as text) as indexes
