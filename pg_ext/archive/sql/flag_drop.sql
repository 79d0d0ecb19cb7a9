-- columns: statement
-- Drops the view that mode flag gives table $2 of schema $1: another view can have its name.
select pg_catalog.format('drop view %I.%I', n.nspname, v.relname) as statement
from pg_catalog.pg_namespace as n
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = $2
join pg_catalog.pg_class as v on v.relnamespace = n.oid and v.relkind = 'v' and v.relname = pg_catalog.left($2, 58) || '_live'
where n.nspname = $1 and exists (select from pg_catalog.pg_rewrite as r
	join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
		and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = c.oid
	where r.ev_class = v.oid)
