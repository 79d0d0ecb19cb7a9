-- columns: schema_name, table_name, shown, is_known
-- The tables that need a number: those whose deleted rows are kept, and those whose
-- rows go with them or lose their parents.  Only those that table $1 needs, unless that is null.  is_known: whether
-- core/know_table has nothing to store.
with recursive wanted (relid, mode) as (
	select coalesce(b.relid, pg_catalog.to_regclass(a.table_name)::pg_catalog.oid), a.mode
	from dbcare.archived_table as a
	left join {bound_tables} as b on b.table_id = a.table_id
	where $1 is null or a.table_name = $1
), family (relid) as (
	select w.relid from wanted as w where w.mode = 'trash'
	union
	select con.conrelid
	from family as f
	join pg_catalog.pg_constraint as con on con.confrelid = f.relid and con.contype = 'f'
		and con.confdeltype = 'c' and con.conparentid = 0
)
select cast(n.nspname as text) as schema_name, cast(c.relname as text) as table_name,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as shown, exists (select from dbcare.known_table as k
		where k.relid = c.oid and k.place = {place} and k.owner_id = c.relowner
			and k.owner_name = pg_catalog.pg_get_userbyid(c.relowner)
			and k.table_name = pg_catalog.format('%I.%I', n.nspname, c.relname)
			and (k.is_secured or not c.relrowsecurity)) as is_known
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.oid in (select w.relid from wanted as w
	union all
	select f.relid from family as f
	union all
	select con.conrelid
	from family as f
	join pg_catalog.pg_constraint as con on con.confrelid = f.relid and con.contype = 'f'
		and con.confdeltype in ('n', 'd') and con.conparentid = 0)
order by 1, 2
