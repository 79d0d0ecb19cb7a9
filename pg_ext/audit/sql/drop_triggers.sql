-- columns: statement
-- Statements that drop the triggers of dbaudit_enable() from table $2 of schema
-- $1 and its partitions, but not those by which a partition is logged by itself.
select pg_catalog.format('drop trigger %I on %s', t.tgname, t.tgrelid::pg_catalog.regclass) as statement
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral (select c.oid as relid
	union
	select p.relid from pg_catalog.pg_partition_tree(c.oid) as p) as part
join pg_catalog.pg_trigger as t on t.tgrelid = part.relid and not t.tgisinternal and t.tgparentid = 0
	and t.tgfoid in {own_function:dbaudit_capture}
where n.nspname = $1 and c.relname = $2
	and (part.relid = c.oid or not exists (select from {bound_tables} as b where b.relid = part.relid
		and b.table_id::text = pg_catalog.split_part(pg_catalog.encode(t.tgargs, 'escape'), E'\\000', 1)))
order by 1
