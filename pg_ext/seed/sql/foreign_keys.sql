-- columns: column_name, parent_schema, parent_name, parent_shown, parent_column
-- The columns of the foreign keys of table $2 of schema $1.
select a.attname::text as column_name, pn.nspname::text as parent_schema, p.relname::text as parent_name,
	pg_catalog.format('%I.%I', pn.nspname, p.relname) as parent_shown, b.attname::text as parent_column
from pg_catalog.pg_constraint as f
join pg_catalog.pg_class as c on c.oid = f.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as p on p.oid = f.confrelid
join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
cross join lateral rows from (pg_catalog.unnest(f.conkey), pg_catalog.unnest(f.confkey)) as k (child, parent)
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = k.child
join pg_catalog.pg_attribute as b on b.attrelid = p.oid and b.attnum = k.parent
where n.nspname = $1 and c.relname = $2 and f.contype = 'f' and f.conparentid = 0
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 5
