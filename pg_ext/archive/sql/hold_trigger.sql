-- columns: table_id, statement
-- The number $3 by which the holds of table $2 of schema $1 know it, and the statements
-- that create the trigger which makes a hold follow its row when the key changes; null
-- where the table has it, or is not of the current role.  A table without a primary key
-- has no row.  The trigger has the number in its name: a partition has that of its table
-- besides.
with capture as (
	select p.oid, pg_catalog.format('%I.%I', n.nspname, p.proname) as name
	from pg_catalog.pg_proc as p
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where p.oid = any {own_function:dbarchive_capture}
), tab as (
	select c.oid as relid, pg_catalog.format('%I.%I', n.nspname, c.relname) as shown, c.relowner, c.relkind,
		pg_catalog.pg_has_role(c.relowner, 'usage') and not exists (select from pg_catalog.pg_trigger as t
			where t.tgrelid = c.oid and t.tgfoid = capture.oid and t.tgtype & 16 <> 0 and t.tgnargs = 1
				and pg_catalog.encode(t.tgargs, 'escape') = $3::bigint || '\000') as needs_trigger
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
	cross join capture
	where n.nspname = $1 and c.relname = $2
)
select cast($3 as bigint) as table_id, case when tab.needs_trigger and s.place = 1
		-- triggers are created as the owner of their table
		then case when not pg_catalog.has_function_privilege(tab.relowner, capture.oid, 'execute')
			then pg_catalog.format('grant execute on function %s() to %I', capture.name, pg_catalog.pg_get_userbyid(tab.relowner)) end
	when tab.needs_trigger then pg_catalog.format('create trigger dbcare_hold_%4$s after %1$s on %2$s for each row execute function %3$s(%4$L)',
		-- a row that moves to another partition is deleted here, and inserted there
		case when tab.relkind = 'p' then 'insert or update or delete' else 'update' end, tab.shown, capture.name, $3::bigint) end as statement
from tab
cross join capture
cross join (values (1), (2)) as s (place)
order by s.place
