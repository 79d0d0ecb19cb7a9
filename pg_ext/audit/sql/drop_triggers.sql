-- columns: statement
-- Statements that drop the triggers of dbaudit_enable() from table $2 of schema
-- $1 and its partitions, but not those by which a partition is logged by itself; and those
-- that have stayed on tables of the caller that were partitions of it.
with tab as (
	select c.oid as relid
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), part as (
	select tab.relid from tab
	union
	select p.relid from tab cross join lateral pg_catalog.pg_partition_tree(tab.relid) as p
), bound as materialized (
	select b.relid, b.table_id::text as number from {bound_tables} as b
)
select pg_catalog.format('drop trigger %I on %s', t.tgname, t.tgrelid::pg_catalog.regclass) as statement
from tab
join pg_catalog.pg_trigger as t on t.tgfoid = any {own_function:dbaudit_capture} and not t.tgisinternal and t.tgparentid = 0
cross join lateral (select pg_catalog.split_part(pg_catalog.encode(t.tgargs, 'escape'), E'\\000', 1) as number) as a
where case when t.tgrelid = tab.relid then true
	when t.tgrelid in (select part.relid from part)
	then not exists (select from bound as b where b.relid = t.tgrelid and b.number = a.number)
	else a.number = any (array(select b.number from bound as b join tab as o on o.relid = b.relid))
		and (select pg_catalog.pg_has_role(c.relowner, 'usage') from pg_catalog.pg_class as c where c.oid = t.tgrelid) end
order by 1
