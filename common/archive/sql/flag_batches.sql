-- columns: batch_id
-- The next batches of mode flag after $3 that table $1 began, not after $2.  None if
-- the caller does not see all rows of the tables with mode flag.
select b.batch_id
from {.trash} as b
where b.action = 'flag' and b.table_name = $1 and b.deleted_at <= {postgresql:cast($2 as timestamptz)}{sqlite:$2} and b.batch_id > $3{postgresql:
	and not exists (select from dbcare.archived_table as a
		where a.mode = 'flag' and not exists (select from pg_catalog.pg_namespace as n
			join pg_catalog.pg_class as c on c.relnamespace = n.oid
			where pg_catalog.format('%I.%I', n.nspname, c.relname) = a.table_name and pg_catalog.has_schema_privilege(n.oid, 'usage')
				and pg_catalog.has_table_privilege(c.oid, 'select') and not pg_catalog.row_security_active(c.oid)))}
order by b.batch_id
limit 1000
