-- columns: table_name, is_same
-- as owner
-- The table into which rows with the columns $2 return that were deleted from table
-- $1: the one that they were deleted from, or, if that is not in this database, one
-- that has its name; null: there is none.
with shape as (
	select s.columns::pg_catalog.jsonb as value
	from dbcare.row_shape as s
	where s.shape_id = $2
	limit 1
), same as (
	select pg_catalog.format('%I.%I', n.nspname, c.relname) as table_name
	from shape
	join pg_catalog.pg_class as c on c.oid = (shape.value ->> 'table')::pg_catalog.oid and c.relkind in ('r', 'p')
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where shape.value ->> 'place' = {place}
)
select coalesce((select s.table_name from same as s),
		case when pg_catalog.to_regclass($1) is not null then cast($1 as text) end) as table_name,
	exists (select from same) as is_same
