-- columns: allowed
-- Whether the caller may call function $1 of dbcare; without the extension there is none.
select coalesce(pg_catalog.bool_or(pg_catalog.has_function_privilege(p.oid, 'execute')), false)
	or not exists (select from pg_catalog.pg_extension as x where x.extname = 'dbcare') as allowed
from pg_catalog.pg_extension as e
join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
	and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
join pg_catalog.pg_proc as p on p.oid = d.objid
where e.extname = 'dbcare' and p.proname = cast($1 as name)
