-- columns: table_name
-- A logged table whose row security applies to the current role, which then does
-- not see its entries; only that with number $1, if that is not null.
select t.table_name
from dbcare.audited_table as t
where coalesce(pg_catalog.row_security_active(pg_catalog.to_regclass(t.table_name)), t.is_secured)
	and pg_catalog.row_security_active('dbcare.audit_entry'::pg_catalog.regclass)
	and ($1 is null or t.table_id = cast($1 as bigint))
order by t.table_id
limit 1
