-- Pages of tables above 100 MB against those their rows would fill, by the
-- average widths of pg_stats, which shows a role only what it may read.  A
-- column is padded to its neighbour's alignment; where that is wrong, the
-- estimate errs on the side of less free space.
with large as (
	select c.oid, n.nspname, c.relname, c.relpages, c.reltuples, c.relnatts,
		cast(pg_catalog.current_setting('block_size') as integer) as block,
		coalesce((select cast(o.option_value as double precision)
			from pg_catalog.pg_options_to_table(c.reloptions) as o
			where o.option_name = 'fillfactor'), 100) / 100 as fill
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'm') and c.relpages > 12800
		and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'dbcare')
		and c.oid not in (select d.objid from pg_catalog.pg_depend as d
			where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e')
), row_size as (
	-- line pointer, header with the bitmap of nulls, data
	select l.*, w.complete,
		4 + 8 * pg_catalog.ceil((23 + case when w.has_nulls then (l.relnatts + 7) / 8 else 0 end) / 8.0)
			+ 8 * pg_catalog.ceil(w.data / 8) as bytes
	from large as l
	cross join lateral (
		select pg_catalog.bool_and(s.avg_width is not null) as complete,
			pg_catalog.bool_or(s.null_frac > 0) as has_nulls,
			pg_catalog.sum((1 - s.null_frac) * pg_catalog.ceil(s.avg_width / a.next_align) * a.next_align) as data
		from (
			select f.attname,
				pg_catalog.lead(case when f.attlen = -1 then 1.0 when f.attalign = 'd' then 8
					when f.attalign = 'i' then 4 when f.attalign = 's' then 2 else 1 end, 1, 1.0)
					over (order by f.attnum) as next_align
			from pg_catalog.pg_attribute as f
			where f.attrelid = l.oid and f.attnum > 0 and not f.attisdropped
		) as a
		left join pg_catalog.pg_stats as s on s.schemaname = l.nspname and s.tablename = l.relname
			and s.attname = a.attname and not s.inherited
	) as w
), free as (
	select r.*,
		r.relpages - pg_catalog.ceil(greatest(r.reltuples, 0)
			/ greatest(pg_catalog.floor((r.block - 24) * r.fill / r.bytes), 1)) as pages
	from row_size as r
), judged as (
	select f.*, 100 * f.pages / f.relpages as percent, f.pages * f.block as free_bytes,
		coalesce(cast($1 as double precision), 30) as warning,
		coalesce(cast($2 as double precision), 60) as critical
	from free as f
)
select case when j.complete is not true then 'unknown'
		when j.percent > j.critical and j.free_bytes > 1 << 30 then 'critical'
		else 'warning' end as severity,
	pg_catalog.format('%I.%I', j.nspname, j.relname) as object,
	cast(case when j.complete then j.percent end as double precision) as value,
	cast(case when j.complete then j.free_bytes end as text) as detail,
	case when j.complete then pg_catalog.format('VACUUM FULL %I.%I;', j.nspname, j.relname)
		else pg_catalog.format('ANALYZE %I.%I;', j.nspname, j.relname) end as fix_sql,
	case when j.complete then null
		when not pg_catalog.has_table_privilege(j.oid, 'SELECT')
		then pg_catalog.format('SELECT on %I.%I is needed to read its statistics', j.nspname, j.relname)
		when pg_catalog.row_security_active(j.oid) then 'row security hides its statistics'
		else 'some of its columns have no statistics' end as reason,
	cast(null as text) as probe
from judged as j
where j.complete is not true
	or j.percent > least(j.warning, j.critical) and j.free_bytes > 100 << 20
order by j.nspname, j.relname
