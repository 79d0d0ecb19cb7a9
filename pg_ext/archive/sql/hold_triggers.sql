-- columns: statement
-- The statements that drop the triggers of tables without holds.
select pg_catalog.format('drop trigger %I on %I.%I', t.tgname, n.nspname, c.relname) as statement
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where t.tgfoid = any {own_function:dbarchive_capture} and t.tgtype & 16 <> 0 and t.tgnargs = 1
	and t.tgparentid = 0 and pg_catalog.pg_has_role(c.relowner, 'usage')
	and not exists (select from dbcare.hold as h
		where pg_catalog.encode(t.tgargs, 'escape') = h.table_id || '\000')
order by 1
