-- columns: query
-- The statement that forgets the batches of mode flag that table $1 began, older
-- than $2 and without rows in the tables with mode flag.
select 'delete from {.trash} where action = ''flag'' and table_name = ' || {postgresql:pg_catalog.quote_literal($1)}{sqlite:quote($1)}
	|| ' and deleted_at <= ' || {postgresql:pg_catalog.quote_literal($2) || '::pg_catalog.timestamptz'}{sqlite:quote($2)}
	|| coalesce((select {postgresql:pg_catalog.string_agg}{sqlite:group_concat}(' and not exists (select 1 from ' || a.table_name || ' as f where f.deletion_id = {sqlite:main.dbcare_}trash.batch_id)', '')
		from {.archived_table} as a
		where a.mode = 'flag'), '') as query
