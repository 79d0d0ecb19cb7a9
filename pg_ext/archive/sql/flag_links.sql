-- columns: parent, child, matches, cascades, child_mode
-- The foreign keys that refer to tables with mode flag: the condition that row c
-- of the child refers to row p of the parent, whether rows are deleted with
-- their parent, and the child's mode.  Keys that are set to null keep their value.
select pg_catalog.format('%I.%I', pn.nspname, p.relname) as parent, pg_catalog.format('%I.%I', cn.nspname, c.relname) as child,
	(select pg_catalog.string_agg(pg_catalog.format('p.%I operator(%I.%s) c.%I', pa.attname, opn.nspname, op.oprname, ca.attname),
			' and ' order by k.place)
		from rows from (pg_catalog.unnest(con.confkey), pg_catalog.unnest(con.conkey), pg_catalog.unnest(con.conpfeqop))
			with ordinality as k (parent, child, operator, place)
		join pg_catalog.pg_attribute as pa on pa.attrelid = con.confrelid and pa.attnum = k.parent
		join pg_catalog.pg_attribute as ca on ca.attrelid = con.conrelid and ca.attnum = k.child
		join pg_catalog.pg_operator as op on op.oid = k.operator
		join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace) as matches,
	con.confdeltype = 'c' as cascades, (select a.mode from {archived_tables} as a
		where pg_catalog.to_regclass(a.table_name) = c.oid) as child_mode
from {archived_tables} as t
join pg_catalog.pg_class as p on p.oid = pg_catalog.to_regclass(t.table_name)
join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
join pg_catalog.pg_constraint as con on con.confrelid = p.oid and con.contype = 'f' and con.conparentid = 0
	and con.confdeltype in ('c', 'a', 'r')
join pg_catalog.pg_class as c on c.oid = con.conrelid
join pg_catalog.pg_namespace as cn on cn.oid = c.relnamespace
where t.mode = 'flag'
order by parent, child, con.conname
