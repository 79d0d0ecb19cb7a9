-- columns: child, source, key, child_column, parent, parent_column, equals, empty, child_table, parent_table
-- The columns of foreign keys: the child as a source of its rows alone, the
-- number of the key, the operator that compares the columns, and a null of the
-- type of the parent's column.  The tables that the child and the parent are
-- partitions of, or they themselves: a partition may have keys of its own.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as child,
	case c.relkind when 'r' then 'only ' else '' end || pg_catalog.format('%I.%I', n.nspname, c.relname) as source,
	k.oid::pg_catalog.int8 as key, pg_catalog.quote_ident(ca.attname) as child_column,
	pg_catalog.format('%I.%I', pn.nspname, p.relname) as parent, pg_catalog.quote_ident(pa.attname) as parent_column,
	pg_catalog.format('operator(%I.%s)', opn.nspname, op.oprname) as equals,
	pg_catalog.format('cast(null as %s)', pg_catalog.format_type(pa.atttypid, pa.atttypmod)) as empty,
	pg_catalog.format('%I.%I', crn.nspname, cr.relname) as child_table, pg_catalog.format('%I.%I', prn.nspname, pr.relname) as parent_table
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as p on p.oid = k.confrelid
join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
join pg_catalog.pg_class as cr on cr.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)
join pg_catalog.pg_namespace as crn on crn.oid = cr.relnamespace
join pg_catalog.pg_class as pr on pr.oid = coalesce(pg_catalog.pg_partition_root(p.oid), p.oid)
join pg_catalog.pg_namespace as prn on prn.oid = pr.relnamespace
cross join lateral rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conpfeqop))
	with ordinality as l (child, parent, operator, place)
join pg_catalog.pg_attribute as ca on ca.attrelid = c.oid and ca.attnum = l.child
join pg_catalog.pg_attribute as pa on pa.attrelid = p.oid and pa.attnum = l.parent
join pg_catalog.pg_operator as op on op.oid = l.operator
join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
where k.contype = 'f' and k.conparentid = 0
order by k.oid, l.place
