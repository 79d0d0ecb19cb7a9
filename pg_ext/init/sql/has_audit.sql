-- columns: name, policy
-- Tables that are logged, and have their triggers.
select a.table_name as name, cast(null as text) as policy
from dbcare.audited_table as a
where a.disabled_at is null and exists (select from pg_catalog.pg_trigger as t
	join pg_catalog.pg_class as c on c.oid = t.tgrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where t.tgtype = 29 and t.tgfoid = any {own_function:dbaudit_capture} and t.tgenabled not in ('D', 'R')
		and pg_catalog.format('%I.%I', n.nspname, c.relname) = a.table_name)
