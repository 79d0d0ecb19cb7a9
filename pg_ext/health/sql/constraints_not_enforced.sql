-- columns: {finding}
-- NOT ENFORCED constraints (version 18 and later), from pg_constraint; they are
-- never valid.  Only foreign keys can be changed to ENFORCED.
select 'info' as severity,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
	cast(null as double precision) as value,
	pg_catalog.quote_ident(con.conname) as detail,
	case when con.contype = 'f' then pg_catalog.format('ALTER TABLE %I.%I ALTER CONSTRAINT %I ENFORCED;',
		n.nspname, c.relname, con.conname) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.pg_constraint as con
join pg_catalog.pg_class as c on c.oid = con.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where not con.convalidated and con.conparentid = 0 and con.coninhcount = 0
	and pg_catalog.to_jsonb(con) ->> 'conenforced' = 'false'
	and {user_schema:n}
	and {not_in_extension:c.oid}
order by n.nspname, c.relname, con.conname
