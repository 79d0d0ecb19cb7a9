-- columns: name, policy
-- Tables that keep deleted rows, and have the trigger that mode trash needs.
select a.table_name as name, cast(null as text) as policy
from dbcare.archived_table as a
where a.mode <> 'trash' or exists (select from pg_catalog.pg_trigger as t
	join pg_catalog.pg_class as c on c.oid = t.tgrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where t.tgname = 'dbcare_trash' and t.tgenabled not in ('D', 'R')
		and pg_catalog.format('%I.%I', n.nspname, c.relname) = a.table_name)
