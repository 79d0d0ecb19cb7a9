-- columns: schema, name
-- The user tables, for dbcheck of the whole database: schema and name.
-- Partitions are verified with their parent.
select n.nspname as schema, c.relname as name
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
	and {user_schema:n}
	and not exists (select from pg_catalog.pg_depend as d
		where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
			and d.objid = c.oid and d.deptype = 'e')
order by n.nspname, c.relname
