-- columns: kind, name, table_name
-- Triggers and rules on the tables of the log, which dbcare has not made.
select o.kind, o.name, c.relname::text as table_name
from (
	select 'trigger' as kind, t.tgname::text as name, t.tgrelid as relid from pg_catalog.pg_trigger as t where not t.tgisinternal
	union all
	select 'rule', r.rulename::text, r.ev_class from pg_catalog.pg_rewrite as r
) as o
join pg_catalog.pg_class as c on c.oid = o.relid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = 'dbcare' and c.relname in ('audited_table', 'audit_shape', 'audit_context', 'audit_entry', 'audit_seal', 'audit_key')
order by c.relname, o.name
