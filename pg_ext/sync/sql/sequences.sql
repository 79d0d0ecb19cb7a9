-- columns: column, sequence, last, oid
-- The columns of table $2 of schema $1 with a sequence, which may be that of an
-- identity column, as the numbers that they are compared as, the last value
-- that it can have, and its OID.  A column may have got another type since, even one that has
-- no numbers.
select case when i.typname = any ('{int2,int4,int8}') then pg_catalog.quote_ident(a.attname)
		else pg_catalog.format('pg_catalog.floor(%I)', a.attname) end as column,
	pg_catalog.format('%I.%I', sn.nspname, s.relname) as sequence, q.seqmax as last,
	cast(s.oid as pg_catalog.int8) as oid
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
	and d.refobjid = c.oid and d.refobjsubid > 0 and d.deptype in ('a', 'i')
	and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
join pg_catalog.pg_class as s on s.oid = d.objid and s.relkind = 'S'
join pg_catalog.pg_namespace as sn on sn.oid = s.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = d.refobjsubid
join pg_catalog.pg_type as t on t.oid = a.atttypid
join pg_catalog.pg_type as i on i.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
	and i.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
	and i.typname = any ('{int2,int4,int8,numeric,float4,float8}')
join pg_catalog.pg_sequence as q on q.seqrelid = s.oid
where n.nspname = $1 and c.relname = $2
order by a.attnum
