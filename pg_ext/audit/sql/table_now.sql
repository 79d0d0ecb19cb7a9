-- columns: table_name
-- The present name of the table with number $1, which had the name $2 when it was enabled.
select coalesce((select pg_catalog.min(b.now) from {bound_tables} as b where b.table_id = $1), cast($2 as text)) as table_name
