-- columns: {finding}
-- Tables without a key, from pg_index.  A unique index only identifies rows if
-- it is not partial and its columns are NOT NULL. Partitions are reported with
-- their parent.
with partitioned as (
	select a.relid,
		pg_catalog.sum(greatest(c.reltuples, pg_catalog.pg_stat_get_live_tuples(c.oid), 0)) as estimate
	from pg_catalog.pg_inherits as h
	join pg_catalog.pg_class as c on c.oid = h.inhrelid
	cross join lateral pg_catalog.pg_partition_ancestors(c.oid) as a (relid)
	where c.relispartition and c.relkind in ('r', 'f')
	group by a.relid
), keyless as materialized (
	select n.nspname, c.relname, c.oid, c.reltuples
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'p') and not c.relispartition
		and {user_schema:n}
		and {not_in_extension:c.oid}
		-- what pg_partman makes for the properties of later partitions stays empty
		and not (c.relname like 'template\_%' and c.relpages = 0
			and pg_catalog.pg_stat_get_live_tuples(c.oid) = 0
			and c.relnamespace in (select e.extnamespace from pg_catalog.pg_extension as e
				where e.extname = 'pg_partman'))
		and c.oid not in (select i.indrelid from pg_catalog.pg_index as i
			where i.indisunique and i.indisvalid and i.indpred is null
				and (i.indisprimary or i.indimmediate and not exists (
					select from pg_catalog.unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) as k (attnum)
					left join pg_catalog.pg_attribute as a
						on a.attrelid = i.indrelid and a.attnum = k.attnum
					where a.attnotnull is not true)))
)
select cast(null as text) as severity,
	pg_catalog.format('%I.%I', k.nspname, k.relname) as object,
	cast(coalesce(p.estimate,
		greatest(k.reltuples, pg_catalog.pg_stat_get_live_tuples(k.oid), 0)) as double precision) as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from keyless as k
left join partitioned as p on p.relid = k.oid
order by k.nspname, k.relname
