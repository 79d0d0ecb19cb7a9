-- columns: index, keys, predicate, reads, nulls_equal
-- The keys of table $1 and its partitions: the expressions of each, a JSON
-- array; the predicate; and the columns that both read.
select i.indexrelid::pg_catalog.int8 as index,
	(select pg_catalog.jsonb_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k.place, false) order by k.place)
		from pg_catalog.generate_series(1, i.indnkeyatts::pg_catalog.int4) as k (place)) as keys,
	pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
	(select pg_catalog.string_agg(r.attnum::text, ' ')
		from (select pg_catalog.unnest(i.indkey::pg_catalog.int2[])::pg_catalog.int4 as attnum
			union
			select d.refobjsubid
			from pg_catalog.pg_depend as d
			where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = i.indexrelid
				and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = i.indrelid) as r
		where r.attnum <> 0) as reads,
	coalesce(pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'true' as nulls_equal
from pg_catalog.pg_index as i
where (i.indisunique or i.indisexclusion) and i.indrelid in (select cast($1 as pg_catalog.oid)
	union all
	select p.relid from pg_catalog.pg_partition_tree(cast(cast($1 as pg_catalog.oid) as pg_catalog.regclass)) as p)
order by 1
