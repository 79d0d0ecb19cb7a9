-- columns: table_name, is_readable, is_writable
-- The tables with mode flag, only $1 if that is not null, and what the caller may
-- do with their rows.
select t.table_name, {sqlite:1 as is_readable, 1 as is_writable}{postgresql:coalesce(r.may_read, false) as is_readable, coalesce(r.may_read and r.may_write, false) as is_writable}
from {.archived_table} as t{postgresql:
left join lateral (select pg_catalog.has_table_privilege(c.oid, 'select') as may_read, pg_catalog.has_table_privilege(c.oid, 'update') as may_write
	from pg_catalog.pg_namespace as n
	join pg_catalog.pg_class as c on c.relnamespace = n.oid
	where pg_catalog.format('%I.%I', n.nspname, c.relname) = t.table_name
		and pg_catalog.has_schema_privilege(n.oid, 'usage')) as r on true}
where t.mode = 'flag' and ($1 is null or t.table_name = $1)
order by t.table_name
