-- columns: made
-- Whether table $2 has a valid index that did not exist before the interrupted
-- statement of migration $1.
select pg_catalog.count(*) > 0 as made
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join dbcare.deployment as d on d.version = $1 and d.begun
where i.indrelid = $2 and i.indisvalid and pg_catalog.format('%I.%I', n.nspname, c.relname) <> all (d.indexes_before)
order by 1
