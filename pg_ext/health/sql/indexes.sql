-- columns: index_name, table_name, columns, bytes, scans, last_scan_at, is_unique, is_valid, constraint_name, duplicate_of, covered_by, definition
-- Indexes of user tables, partitions and materialized views: their usage
-- statistics, and equivalent indexes.  Equal ones are chosen as in
-- duplicate_indexes.sql.  An index is covered by a longer B-tree index of the
-- same table with the same first columns, if it is not unique and has neither
-- expressions nor included columns.  The size is null if another session holds
-- a conflicting lock; that of an index in shards is the sum over them, or null if
-- a node does not give it, and its scans are null.
with {cluster}, spread as materialized (
	select cast(cast(s.word as pg_catalog.jsonb) ->> 0 as oid) as relid,
		cast(cast(s.word as pg_catalog.jsonb) ->> 1 as bigint) as bytes
	from cluster as cl
	cross join lateral pg_catalog.ts_stat(case when cl.obstacle is null then $q$
		with {shard_sizes}
		select pg_catalog.array_to_tsvector(array[cast(pg_catalog.jsonb_build_array(cast(x.oid as bigint), pg_catalog.sum(z.bytes)) as text)])
		from placed as p
		join pg_catalog.pg_index as i on i.indrelid = p.logicalrelid
		join pg_catalog.pg_class as x on x.oid = i.indexrelid
		left join (select r.nodeid, cast(e.item ->> 0 as bigint) as shardid, e.item ->> 1 as name, cast(e.item ->> 2 as bigint) as bytes
			from reply as r
			cross join lateral pg_catalog.jsonb_array_elements(nullif(r.result -> 'indexes', 'null')) as e (item)) as z
			on z.shardid = p.shardid and z.nodeid = p.nodeid and z.name = x.relname
		group by x.oid
		having pg_catalog.bool_and(z.shardid is not null)$q$ end) as s
), locked as (
	select coalesce(i.indrelid, l.relation) as relid
	from pg_catalog.pg_locks as l
	join pg_catalog.pg_database as d on d.oid = l.database
	left join pg_catalog.pg_index as i on i.indexrelid = l.relation
	where d.datname = pg_catalog.current_database() and l.locktype = 'relation'
		and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
), index as materialized (
	select i.indexrelid, i.indrelid, i.indnatts, i.indnkeyatts, i.indisunique, i.indisvalid,
		i.indisvalid and i.indisready and i.indislive and not i.indisexclusion as usable,
		pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' as nulls_not_distinct,
		(select pg_catalog.string_agg(pg_catalog.format('%s %s %s %s,', i.indkey[place],
				i.indclass[place], i.indcollation[place], i.indoption[place]), '' order by place)
			from pg_catalog.generate_series(0, i.indnkeyatts - 1) as place) as key,
		i.indkey::text as attributes,
		pg_catalog.pg_get_expr(i.indexprs, i.indrelid) as expressions,
		pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
		am.amname, x.relname, n.nspname, t.relname as table_name, tn.nspname as table_schema,
		con.conname,
		i.indisreplident or x.relispartition or con.conname is not null as needed,
		s.sharded,
		case when s.sharded then p.bytes
			when x.relkind = 'i' and i.indrelid not in (select locked.relid from locked)
			then pg_catalog.pg_relation_size(x.oid) end as bytes
	from pg_catalog.pg_index as i
	join pg_catalog.pg_class as x on x.oid = i.indexrelid
	join pg_catalog.pg_am as am on am.oid = x.relam
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	join pg_catalog.pg_class as t on t.oid = i.indrelid
	join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
	left join pg_catalog.pg_constraint as con
		on con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x')
	cross join lateral (select {sharded:i.indrelid} as sharded) as s
	left join spread as p on p.relid = x.oid
	where {user_schema:tn}
		and {not_in_extension:i.indrelid}
), alike as (
	select i.indexrelid,
		-- other access methods have options beyond pg_index
		case when i.amname <> 'btree' then pg_catalog.substring(
			pg_catalog.pg_get_indexdef(i.indexrelid), ' USING .*') end as told,
		i.same, i.indisunique, i.nulls_not_distinct, i.needed, i.nspname, i.relname
	from (
		select i.*, pg_catalog.count(*) over same as copies, pg_catalog.min(i.indexrelid) over same as same
		from index as i
		where i.usable
		window same as (partition by i.indrelid, i.key, i.attributes, i.expressions, i.predicate)
	) as i
	where i.copies > 1
), duplicate as (
	select a.indexrelid, a.nspname,
		pg_catalog.first_value(a.relname) over (partition by a.same, a.told
			order by a.indisunique desc, a.nulls_not_distinct desc, a.needed desc, a.relname) as original
	from alike as a
), neighbour as (
	-- sorted by key: an index with the same first columns follows immediately
	select i.indexrelid, i.indisunique, i.expressions, i.indnatts > i.indnkeyatts as carries, i.key,
		pg_catalog.min(i.key) over next_key as longer_key,
		pg_catalog.min(pg_catalog.format('%I.%I', i.nspname, i.relname)) over next_key as longer
	from index as i
	where i.usable and i.amname = 'btree'
	window next_key as (partition by i.indrelid, i.predicate order by i.key collate pg_catalog."C"
		groups between 1 following and 1 following)
), cover as (
	select n.indexrelid, n.longer
	from neighbour as n
	where not n.indisunique and not n.carries and n.expressions is null
		and pg_catalog.starts_with(n.longer_key, n.key)
)
select pg_catalog.format('%I.%I', i.nspname, i.relname) as index_name,
	pg_catalog.format('%I.%I', i.table_schema, i.table_name) as table_name,
	(select pg_catalog.string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, place, true), ', ' order by place)
		from pg_catalog.generate_series(1, i.indnkeyatts) as place) as columns,
	i.bytes,
	case when not i.sharded then s.idx_scan end as scans,
	pg_catalog.to_char(cast(pg_catalog.to_jsonb(s) ->> 'last_idx_scan' as timestamptz) at time zone 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_scan_at,
	i.indisunique and i.indisvalid as is_unique,
	i.indisvalid as is_valid,
	cast(i.conname as text) as constraint_name,
	case when t.original <> i.relname then pg_catalog.format('%I.%I', i.nspname, t.original) end as duplicate_of,
	c.longer as covered_by,
	case when i.conname is null then pg_catalog.pg_get_indexdef(i.indexrelid) end as definition
from index as i
left join pg_catalog.pg_stat_all_indexes as s on s.indexrelid = i.indexrelid
left join duplicate as t on t.indexrelid = i.indexrelid
left join cover as c on c.indexrelid = i.indexrelid
order by i.bytes desc nulls last, i.nspname, i.relname
