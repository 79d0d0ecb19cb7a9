-- columns: table_name, is_readable, is_writable
-- The tables with mode flag, only $1 if that is not null, and what the caller may
-- do with their rows: none can be read of a table that was dropped, or whose name a
-- table without marks has now.
select t.table_name, coalesce(r.may_read, false) as is_readable, coalesce(r.may_read and r.may_write, false) as is_writable
from {archived_tables} as t
left join lateral (select pg_catalog.has_table_privilege(c.oid, 'update') as may_write,
		pg_catalog.has_table_privilege(c.oid, 'select') and 3 = (select pg_catalog.count(*) from pg_catalog.pg_attribute as a
			where a.attrelid = c.oid and not a.attisdropped and a.attname in ('deleted_at', 'deleted_by', 'deletion_id')) as may_read
	from pg_catalog.pg_namespace as n
	join pg_catalog.pg_class as c on c.relnamespace = n.oid
	where pg_catalog.format('%I.%I', n.nspname, c.relname) = t.table_name
		and pg_catalog.has_schema_privilege(n.oid, 'usage')) as r on true
where t.mode = 'flag' and ($1 is null or t.table_name = $1)
order by t.table_name
