-- columns: none
-- Records which triggers log the changes of table $2 of schema $1, which has the number
-- $3: ENABLE, DISABLE and RENAME change the xmin of a trigger, a new one has another OID.
update dbcare.audited_table
set triggers = {place} || (select pg_catalog.string_agg(pg_catalog.format(' %s:%s:%s', t.tgrelid::pg_catalog.int8, t.oid, t.xmin), '' order by t.oid)
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	cross join lateral (select c.oid as relid
		union
		select p.relid from pg_catalog.pg_partition_tree(c.oid) as p) as part
	join pg_catalog.pg_trigger as t on t.tgrelid = part.relid and t.tgfoid = any {own_function:dbaudit_capture}
	where n.nspname = $1 and c.relname = $2)
where table_id = $3
