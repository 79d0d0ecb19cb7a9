-- columns: table_name
-- A table with mode trash whose row security applies to the current role, which
-- then does not see its deleted rows; only $1 or a partition of it, if that is not
-- null.
select t.tgrelid::pg_catalog.regclass::text as table_name
from pg_catalog.pg_trigger as t
join pg_catalog.pg_proc as p on p.oid = t.tgfoid and p.proname = 'dbarchive_capture'
join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e'
where t.tgname = 'dbcare_trash' and pg_catalog.row_security_active(t.tgrelid)
	and pg_catalog.row_security_active('dbcare.trash'::pg_catalog.regclass)
	and ($1 is null or t.tgrelid in (select pg_catalog.to_regclass($1)
		union all select x.relid from pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1)) as x))
order by t.tgrelid
limit 1
