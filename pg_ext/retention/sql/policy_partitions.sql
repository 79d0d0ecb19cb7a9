-- columns: is_whole, managed, name, shown, rows, bytes, oldest, newest, detach, remove, oid, lock
-- How table $2 of schema $1, if it is partitioned by ranges of column $3 alone, loses
-- the rows that are $4 days old: partition by partition, unless triggers see
-- deleted rows, or not, is_whole.  A row for each partition whose rows are all old
-- enough: estimated rows (null: not known) and bytes, its bounds, the statements that detach it, and
-- then remove it, its oid, and the statement that locks it; or a row with nulls.
-- Whether pg_partman manages the partitions: a query for the time that it keeps them.
with tab as (
	select c.oid, c.relname, n.nspname, p.partattrs[0] as attnum, a.atttypid,
		pg_catalog.clock_timestamp() - pg_catalog.make_interval(days => cast($4 as int4)) as cutoff
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_partitioned_table as p on p.partrelid = c.oid
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
	where n.nspname = $1 and c.relname = $2 and a.attname = $3 and p.partstrat = 'r' and p.partnatts = 1
), part as (
	select q.oid, m.nspname, q.relname, q.reltuples,
		pg_catalog.regexp_match(pg_catalog.pg_get_expr(q.relpartbound, q.oid), '^FOR VALUES FROM \((.*)\) TO \(''([^'']*)''\)$') as bounds
	from tab
	join pg_catalog.pg_inherits as i on i.inhparent = tab.oid and not coalesce((pg_catalog.to_jsonb(i) ->> 'inhdetachpending')::pg_catalog.bool, false)
	join pg_catalog.pg_class as q on q.oid = i.inhrelid
	join pg_catalog.pg_namespace as m on m.oid = q.relnamespace
), old as (
	select part.*, pg_catalog.format('%I.%I', part.nspname, part.relname) as shown,
		pg_catalog.format('%I.%I', tab.nspname, tab.relname) as parent
	from part, tab
	where part.bounds is not null and case tab.atttypid
		when 'timestamptz'::pg_catalog.regtype then cast(part.bounds[2] as pg_catalog.timestamptz) <= tab.cutoff
		else cast(part.bounds[2] as pg_catalog.timestamp) <= tab.cutoff at time zone 'UTC' end
)
select tab.oid is not null and not exists (select from pg_catalog.pg_trigger as g
		where not g.tgisinternal and g.tgtype & 40 <> 0
			-- that of holds is about rows that go to another partition
			and not (g.tgtype & 16 <> 0 and g.tgnargs = 1 and g.tgfoid = any {own_function:dbarchive_capture})
		and g.tgrelid in (select t.relid from pg_catalog.pg_partition_tree(tab.oid) as t)) as is_whole,
	(select pg_catalog.format('select retention from %I.part_config where parent_table = %L and retention is not null',
			n.nspname, tab.nspname || '.' || tab.relname)
		from pg_catalog.pg_extension as e join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
		where e.extname = 'pg_partman') as managed,
	old.relname as name, old.shown,
	cast(case when old.reltuples > 0 then old.reltuples end as pg_catalog.int8) as rows, pg_catalog.pg_total_relation_size(old.oid) as bytes,
	pg_catalog.btrim(old.bounds[1], '''') as oldest, old.bounds[2] as newest,
	pg_catalog.format('alter table %s detach partition %s', old.parent, old.shown) as detach,
	'drop table ' || old.shown as remove,
	cast(old.oid as pg_catalog.int8) as oid,
	pg_catalog.format('lock table only %s, only %s in access exclusive mode', old.parent, old.shown) as lock
from tab
left join old on true
order by old.bounds[2]
