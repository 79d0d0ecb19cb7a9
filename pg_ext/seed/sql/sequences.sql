-- columns: column_name, quoted, sequence_oid, sequence, step
-- The ascending sequences of columns of table $2 of schema $1.
select a.attname::text as column_name, pg_catalog.quote_ident(a.attname) as quoted, s.oid::bigint as sequence_oid,
	pg_catalog.format('%I.%I', sn.nspname, s.relname) as sequence, q.seqincrement as step
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = c.oid
	and d.refclassid = d.classid and d.refobjsubid = a.attnum and d.deptype in ('a', 'i')
join pg_catalog.pg_class as s on s.oid = d.objid and s.relkind = 'S'
join pg_catalog.pg_namespace as sn on sn.oid = s.relnamespace
join pg_catalog.pg_sequence as q on q.seqrelid = s.oid
where n.nspname = $1 and c.relname = $2 and q.seqincrement > 0
order by a.attnum
