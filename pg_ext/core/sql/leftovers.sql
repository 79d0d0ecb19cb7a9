-- columns: shown
-- Invalid indexes left by a statement outside a migration: one that creates an
-- index on table $1, or, if $1 is 0, one that rebuilds indexes under other
-- names.  Not included are those of $2, which existed before, and indexes being
-- built.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as shown
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where not i.indisvalid and c.relkind = 'i' and n.nspname <> 'pg_toast'
	and case when $1 = 0 then c.relname ~ '_cc(new|old)[0-9]*$' else i.indrelid = $1 end
	and pg_catalog.format('%I.%I', n.nspname, c.relname) <> all (cast($2 as text[]))
	and not exists (select from pg_catalog.pg_stat_progress_create_index as p where p.relid = i.indrelid)
order by 1
