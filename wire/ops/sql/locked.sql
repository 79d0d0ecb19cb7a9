-- columns: oid, schema, name, shown
-- The tables and views that this session has locked, as the analysis of a statement
-- does with those that it names.
select c.oid::bigint as oid, n.nspname::text as schema, c.relname::text as name,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as shown
from pg_catalog.pg_locks as l
join pg_catalog.pg_database as d on d.oid = l.database and d.datname = pg_catalog.current_database()
join pg_catalog.pg_class as c on c.oid = l.relation and c.relkind in ('r', 'p', 'v', 'm', 'f')
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation'
	and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'dbcare')
group by c.oid, n.nspname, c.relname
order by 1
