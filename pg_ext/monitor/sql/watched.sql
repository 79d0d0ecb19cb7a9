-- columns: enabled, interval_seconds, extension_owner
-- Whether and how often a sampler takes samples, and the extension's function
-- for that, if it may be called.
select m.enabled, m.interval_seconds, (select p.oid::bigint
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid
	where e.extname = 'dbcare' and p.proname = 'dbmonitor_sample'
		and pg_catalog.has_function_privilege(p.oid, 'execute')) as extension_owner
from dbcare.monitor as m
order by 1
