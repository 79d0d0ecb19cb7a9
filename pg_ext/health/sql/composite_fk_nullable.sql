-- columns: {finding}, suggestion
-- Foreign keys of several columns, some nullable, that are not MATCH FULL: if one
-- column is null, the others are not checked.
select 'info' as severity,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
	cast(null as double precision) as value,
	pg_catalog.format('%I if %s is null', con.conname,
		pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ' or ' order by a.attnum)) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe,
	pg_catalog.format('Declare %s of %I.%I NOT NULL, or foreign key %I MATCH FULL.',
		pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum),
		n.nspname, c.relname, con.conname) as suggestion
from pg_catalog.pg_constraint as con
join pg_catalog.pg_attribute as a on a.attrelid = con.conrelid and a.attnum = any (con.conkey)
join pg_catalog.pg_class as c on c.oid = con.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where con.contype = 'f' and con.conparentid = 0 and con.confmatchtype = 's'
	and pg_catalog.cardinality(con.conkey) > 1 and not a.attnotnull
	and {user_schema:n}
	and {not_in_extension:c.oid}
group by con.oid, con.conname, n.nspname, c.relname
order by n.nspname, c.relname, con.conname
