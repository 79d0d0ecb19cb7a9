-- columns: statement
-- The statement that locks table $2 of schema $1 as an UPDATE does; NULL if the user has
-- no right on the whole table.
select case when c.relkind in ('r', 'p') and pg_catalog.has_table_privilege(c.oid, 'update, delete, truncate')
	then pg_catalog.format('lock table only %I.%I in row exclusive mode', n.nspname, c.relname) end as statement
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2
