-- columns: table_name, call, problem
-- The calls that purge all tables with deleted rows, with options $1.  Marked rows
-- are deleted from their table, whose triggers would run as the current role: only
-- if that owns the table.
with known as (
	select distinct t.table_name, false as is_flag from dbcare.trash as t where t.action = 'delete'
	union
	select a.table_name, true from dbcare.archived_table as a where a.mode = 'flag'
)
select k.table_name,
	case when c.oid is not null and (not k.is_flag or c.relowner = r.oid)
		then pg_catalog.format('call %I.dbarchive_purge(%L, %L)', n.nspname, k.table_name, $1) end as call,
	case when c.oid is null then 'the table does not exist'
		else 'the table, which has mode flag, belongs to another role than dbcare''s tables' end as problem
from known as k
join pg_catalog.pg_extension as e on e.extname = 'dbcare'
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
join pg_catalog.pg_roles as r on r.rolname = current_user
left join pg_catalog.pg_class as c on c.oid = pg_catalog.to_regclass(k.table_name)
order by k.table_name
