-- columns: has_trash, is_logged
-- Whether deleted rows of the table with the OID $1 are kept in the trash, and whether its
-- changes are logged.
with bound as materialized (
	select b.table_id, b.relid from {bound_tables} as b
)
select exists (select from pg_catalog.pg_trigger as t
		where t.tgrelid = cast($1 as pg_catalog.oid) and t.tgfoid = any {own_function:dbarchive_capture} and t.tgtype = 9) as has_trash,
	exists (select from dbcare.audited_table as a
		join bound as b on b.table_id = a.table_id
		where a.disabled_at is null and b.relid = cast($1 as pg_catalog.oid)) as is_logged
