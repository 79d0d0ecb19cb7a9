-- columns: table_name
-- Table $1, or a partition of it, if policies of dbcare's tables may hide what is kept
-- of its rows from the current role, because row security of the table does or did.
select b.now as table_name
from {bound_tables} as b
where pg_catalog.row_security_active('dbcare.trash'::pg_catalog.regclass)
	and (b.relid = pg_catalog.to_regclass($1)
		or b.relid in (select x.relid from pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1)) as x))
	and (pg_catalog.row_security_active(b.relid) or b.is_secured and not b.relrowsecurity and not pg_catalog.pg_has_role(b.relowner, 'usage')
		and not (select r.rolbypassrls from pg_catalog.pg_roles as r where r.rolname = current_user))
order by b.table_id
limit 1
