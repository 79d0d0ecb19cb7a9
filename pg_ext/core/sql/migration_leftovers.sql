-- columns: shown
-- Invalid indexes left by a statement of migration $1: one that creates an
-- index on table $2, named $3 or by the server, or, if $2 is 0, one that
-- rebuilds indexes under other names.  Indexes being built are not included.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as shown
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where not i.indisvalid and c.relkind = 'i' and n.nspname <> 'pg_toast'
	and case when $2 = 0 then c.relname ~ '_cc(new|old)[0-9]*$' else i.indrelid = $2 end
	and coalesce(c.relname = $3, exists (select from dbcare.deployment as d
		where d.version = $1 and d.begun and pg_catalog.format('%I.%I', n.nspname, c.relname) <> all (d.indexes_before)))
	and not exists (select from pg_catalog.pg_stat_progress_create_index as p where p.relid = i.indrelid)
order by 1
