-- columns: none
-- Records the first unfinished statement of a script outside a transaction,
-- whether it has begun, and if so, the indexes that exist before it: by name,
-- because a reindexed index keeps its name, and one to be dropped gets
-- another.
update dbcare.deployment as d
set statement_no = cast($2 as integer), begun = $3, indexes_before = case when $3 then array(
	select pg_catalog.format('%I.%I', n.nspname, c.relname)
	from pg_catalog.pg_index as i
	join pg_catalog.pg_class as c on c.oid = i.indexrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where i.indexrelid >= 16384
	order by 1) end
where d.version = $1
