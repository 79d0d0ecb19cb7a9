-- Notes the first statement of a script outside a transaction that is not done,
-- whether it is begun, and the invalid indexes that are there before it.
update dbcare.deployment as d
set statement_no = cast($2 as integer), begun = $3, invalid_indexes = (
	select pg_catalog.string_agg(cast(i.indexrelid as text), ' ' order by i.indexrelid)
	from pg_catalog.pg_index as i
	where not i.indisvalid)
where d.version = $1
