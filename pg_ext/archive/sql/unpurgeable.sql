-- columns: numbers
-- The numbers of tables whose deleted rows the current role may not delete for good, as a
-- JSON array: it lacks DELETE, or does not see all of them.  The owner of dbcare's tables
-- may.
select coalesce(pg_catalog.json_agg(k.table_id)::text, '[]') as numbers
from dbcare.known_table as k
left join {bound_tables} as b on b.table_id = k.table_id
where pg_catalog.row_security_active('dbcare.trash'::pg_catalog.regclass)
	and not case when b.relid is null then k.place = {place} and pg_catalog.pg_has_role(k.owner_id, 'usage')
		else pg_catalog.has_table_privilege(b.relid, 'delete') and pg_catalog.has_table_privilege(b.relid, 'select')
			and pg_catalog.has_schema_privilege(b.relnamespace, 'usage') and not pg_catalog.row_security_active(b.relid) end
