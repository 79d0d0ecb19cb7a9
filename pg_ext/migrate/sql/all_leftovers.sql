-- columns: shown, statement
-- Invalid indexes that interrupted calls of dbmigrate_deploy() have left, and how to
-- drop them.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as shown, pg_catalog.format('drop index %I.%I', n.nspname, c.relname) as statement
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where not i.indisvalid and c.relkind = 'i' and n.nspname <> 'pg_toast'
	and exists (select from dbcare.deployment as d where d.begun and pg_catalog.format('%I.%I', n.nspname, c.relname) <> all (d.indexes_before))
	and not exists (select from pg_catalog.pg_stat_progress_create_index as p where p.relid = i.indrelid)
order by 1
