-- columns: column, sequence
-- The columns of table $2 of schema $1 with a sequence, which may be that of an
-- identity column.
select pg_catalog.quote_ident(a.attname) as column,
	pg_catalog.format('%I.%I', sn.nspname, s.relname) as sequence
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
	and d.refobjid = c.oid and d.refobjsubid > 0 and d.deptype in ('a', 'i')
	and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
join pg_catalog.pg_class as s on s.oid = d.objid and s.relkind = 'S'
join pg_catalog.pg_namespace as sn on sn.oid = s.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = d.refobjsubid
where n.nspname = $1 and c.relname = $2
order by a.attnum
