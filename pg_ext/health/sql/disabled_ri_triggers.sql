-- columns: {finding}
-- The internal triggers of foreign keys, from pg_trigger: D is disabled, R
-- fires in replication only.  Each is enabled by name, because ENABLE TRIGGER
-- ALL would also enable the user's own.
select 'critical' as severity,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
	cast(null as double precision) as value,
	pg_catalog.quote_ident(con.conname) as detail,
	pg_catalog.string_agg(pg_catalog.format('ALTER TABLE %I.%I ENABLE TRIGGER %I;',
		n.nspname, c.relname, t.tgname), ' ' order by t.tgname) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.pg_trigger as t
join pg_catalog.pg_constraint as con on con.oid = t.tgconstraint
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where t.tgisinternal and t.tgenabled in ('D', 'R') and con.contype = 'f'
	and {user_schema:n}
	and {not_in_extension:c.oid}
group by con.oid, con.conname, n.nspname, c.relname
order by n.nspname, c.relname, con.conname, con.oid
