-- columns: {finding}
-- Disabled user triggers, from pg_trigger.  A trigger inherited by a partition
-- is reported for its parent, where it is enabled again.
select 'warning' as severity,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
	cast(null as double precision) as value,
	pg_catalog.quote_ident(t.tgname) as detail,
	pg_catalog.format('ALTER TABLE %I.%I ENABLE TRIGGER %I;', n.nspname, c.relname, t.tgname) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where t.tgenabled = 'D'
	-- in PostgreSQL 14 triggers that a partition has inherited are internal
	and (not t.tgisinternal or t.tgparentid <> 0 and not exists (
		select from pg_catalog.pg_constraint as con where con.oid = t.tgconstraint and con.contype = 'f'))
	and not exists (select from pg_catalog.pg_trigger as p where p.oid = t.tgparentid and p.tgenabled = 'D')
	and {user_schema:n}
	and {not_in_extension:c.oid}
order by n.nspname, c.relname, t.tgname
