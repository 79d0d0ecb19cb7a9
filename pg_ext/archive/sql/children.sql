-- columns: schema_name, table_name, shown, matches, cascades, is_marked
-- The foreign keys that refer to table $2 of schema $1: the condition that row $4
-- of the child refers to row $3, whether rows are deleted with their parent, and
-- whether the child has mode flag.  Keys that are set to null are left out.
select cn.nspname as schema_name, c.relname as table_name, pg_catalog.format('%I.%I', cn.nspname, c.relname) as shown,
	(select pg_catalog.string_agg(pg_catalog.format('%s.%I operator(%I.%s) %s.%I', $3, pa.attname, opn.nspname, op.oprname,
			$4, ca.attname), ' and ' order by k.place)
		from rows from (pg_catalog.unnest(con.confkey), pg_catalog.unnest(con.conkey), pg_catalog.unnest(con.conpfeqop))
			with ordinality as k (parent, child, operator, place)
		join pg_catalog.pg_attribute as pa on pa.attrelid = con.confrelid and pa.attnum = k.parent
		join pg_catalog.pg_attribute as ca on ca.attrelid = con.conrelid and ca.attnum = k.child
		join pg_catalog.pg_operator as op on op.oid = k.operator
		join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace) as matches,
	con.confdeltype = 'c' as cascades,
	exists (select from {archived_tables} as a
		where a.mode = 'flag' and a.table_name = pg_catalog.format('%I.%I', cn.nspname, c.relname)) as is_marked
from pg_catalog.pg_class as p
join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
join pg_catalog.pg_constraint as con on con.confrelid = p.oid and con.contype = 'f' and con.conparentid = 0
	and con.confdeltype in ('c', 'a', 'r')
join pg_catalog.pg_class as c on c.oid = con.conrelid
join pg_catalog.pg_namespace as cn on cn.oid = c.relnamespace
where pn.nspname = $1 and p.relname = $2
order by shown, con.conname
