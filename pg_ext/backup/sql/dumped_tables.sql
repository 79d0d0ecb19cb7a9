-- columns: name, oid, narrow
-- Tables whose rows pg_dump dumps: not those of extensions, nor, on a standby,
-- unlogged ones; and the column of each that has the fewest bytes.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, cast(c.oid as bigint) as oid,
	(select pg_catalog.quote_ident(a.attname)
	from pg_catalog.pg_attribute as a
	where a.attrelid operator(pg_catalog.=) c.oid and a.attnum operator(pg_catalog.>) 0
		and not a.attisdropped and a.attgenerated operator(pg_catalog.=) ''
	order by case when a.attlen operator(pg_catalog.>) 0 then a.attlen else 32767 end, a.attnum limit 1) as narrow
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid operator(pg_catalog.=) c.relnamespace
where c.relkind operator(pg_catalog.=) 'r'
	and n.nspname operator(pg_catalog.!~) '^pg_'
	and n.nspname operator(pg_catalog.<>) 'information_schema'
	and (c.relpersistence operator(pg_catalog.=) 'p'
		or (c.relpersistence operator(pg_catalog.=) 'u' and not pg_catalog.pg_is_in_recovery()))
	and not exists (
		select from pg_catalog.pg_depend as d
		where d.classid operator(pg_catalog.=) cast('pg_catalog.pg_class' as pg_catalog.regclass)
			and d.objid operator(pg_catalog.=) c.oid and d.objsubid operator(pg_catalog.=) 0
			and d.deptype operator(pg_catalog.=) 'e')
