-- columns: kind, persistence, tablespace, is_partition, has_children, foreign_table, is_measured, rows, bytes, table
-- The relation $1; the foreign table that it is or has as a partition; with its partitions about how
-- many rows and bytes it has, -1 if that is unknown; and the table of an index.  The functions for
-- sizes would wait for locks, so the numbers are those of the last ANALYZE or VACUUM.  Before the first
-- one the pages follow from the rows that were counted, as the planner estimates the width of a row; a
-- table of which none was counted may have been filled a moment ago.
with recursive tree as (
	select cast($1 as pg_catalog.oid) as oid, 0 as depth
	union
	select i.inhrelid, tree.depth + 1
	from tree
	join pg_catalog.pg_inherits as i on i.inhparent = tree.oid
), part as (
	select p.oid, p.relpages, p.reltuples, p.reltoastrelid, p.relkind in ('r', 'm') and p.reltuples < 0 as is_new,
		case when p.relpages > 0 then p.relpages
			else pg_catalog.ceil((pg_catalog.pg_stat_get_live_tuples(p.oid) + pg_catalog.pg_stat_get_dead_tuples(p.oid))
				* (28 + (select coalesce(sum(case when a.attlen > 0 then a.attlen else 32 end), 0)
					from pg_catalog.pg_attribute as a
					where a.attrelid = p.oid and a.attnum > 0 and not a.attisdropped))
				/ (pg_catalog.current_setting('block_size')::pg_catalog.numeric - 24)) end as pages
	from tree
	join pg_catalog.pg_class as p on p.oid = tree.oid
	join pg_catalog.pg_class as root on root.oid = cast($1 as pg_catalog.oid)
	where (tree.depth = 0 or root.relkind in ('p', 'I')) and p.relkind in ('r', 'i', 'S', 't', 'm')
), size as (
	select case when part.relpages <= 0 or part.reltuples <= 0 then -1 else part.reltuples end as rows,
		part.pages + coalesce((select t.relpages from pg_catalog.pg_class as t where t.oid = part.reltoastrelid), 0)
			+ coalesce((select sum(x.relpages)
				from pg_catalog.pg_index as i
				join pg_catalog.pg_class as x on x.oid = i.indexrelid
				where i.indrelid in (part.oid, part.reltoastrelid)), 0) as pages
	from part
	where part.pages > 0
), total as (
	select coalesce(case when min(size.rows) < 0 or bool_or(n.is_unknown) then -1 else sum(size.rows) end, 0) as rows,
		case when bool_or(n.is_unknown) then -1
			else coalesce(sum(size.pages), 0) * pg_catalog.current_setting('block_size')::pg_catalog.int8 end as bytes
	from (select exists (select from part where part.is_new and part.pages = 0) as is_unknown) as n
	left join size on true
)
select c.relkind::text as kind, c.relpersistence::text as persistence, c.reltablespace::bigint as tablespace,
	c.relispartition as is_partition, c.relhassubclass as has_children,
	case when c.relkind in ('p', 'I', 'f') then (select pg_catalog.format('%I.%I', n.nspname, f.relname)
		from tree
		join pg_catalog.pg_class as f on f.oid = tree.oid and f.relkind = 'f'
		join pg_catalog.pg_namespace as n on n.oid = f.relnamespace
		order by tree.depth, f.oid
		limit 1) end as foreign_table,
	c.relkind in ('r', 'i', 'S', 't', 'm', 'p', 'I') as is_measured,
	total.rows::bigint as rows, total.bytes::bigint as bytes,
	(select i.indrelid::bigint from pg_catalog.pg_index as i where i.indexrelid = c.oid) as table
from pg_catalog.pg_class as c
cross join total
where c.oid = cast($1 as pg_catalog.oid)
order by 1
