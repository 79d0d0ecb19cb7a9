-- columns: {finding}
-- Tables that are in no publication, where there is one.  A partition is published
-- with its table.
with published as (
	select t.relid
	from pg_catalog.pg_publication as p
	cross join lateral pg_catalog.pg_get_publication_tables(cast(p.pubname as text)) as t
)
select 'info' as severity,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where exists (select from pg_catalog.pg_publication)
	and c.relkind in ('r', 'p') and c.relpersistence = 'p' and not c.relispartition
	and {user_schema:n} and {not_in_extension:c.oid}
	and not exists (select from published as p where p.relid = c.oid)
	and not exists (select from pg_catalog.pg_partition_tree(c.oid) as t join published as p on p.relid = t.relid)
order by n.nspname, c.relname
