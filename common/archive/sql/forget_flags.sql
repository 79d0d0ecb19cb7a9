-- columns: query
-- The statement that forgets the batches of mode flag that table $1 began, older
-- than $2 and without rows in the tables with mode flag.  None if the caller does
-- not see all their rows.
select 'delete from {.trash} where action = ''flag'' and table_name = ' || {postgresql:pg_catalog.quote_literal($1)}{sqlite:quote($1)}
	|| ' and deleted_at <= ' || {postgresql:pg_catalog.quote_literal($2) || '::pg_catalog.timestamptz'}{sqlite:quote($2)}
	|| coalesce((select {postgresql:pg_catalog.string_agg}{sqlite:group_concat}(' and not exists (select 1 from ' || a.table_name || ' as f where f.deletion_id = {sqlite:main.dbcare_}trash.batch_id)', '')
		from {.archived_table} as a
		where a.mode = 'flag'), '') as query{postgresql:
where not exists (select from dbcare.archived_table as a
	where a.mode = 'flag' and not exists (select from pg_catalog.pg_namespace as n
		join pg_catalog.pg_class as c on c.relnamespace = n.oid
		where pg_catalog.format('%I.%I', n.nspname, c.relname) = a.table_name and pg_catalog.has_schema_privilege(n.oid, 'usage')
			and pg_catalog.has_table_privilege(c.oid, 'select') and not pg_catalog.row_security_active(c.oid)))}
