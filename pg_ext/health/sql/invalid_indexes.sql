-- columns: {finding}, suggestion
-- Indexes left by a failed concurrent build or drop, from pg_index.  An index
-- of a table that is being indexed now is not reported, and one on a
-- partitioned table is valid once all partitions have it.  Only pg_monitor sees
-- the table of a running build.  A unique index is dropped, unless a constraint or
-- the index of a partitioned table needs it: duplicate keys, the usual cause, would
-- make a rebuild fail and leave one more invalid index.  It has never been a
-- constraint, so that rows which repeat its key are no fault.
with leftover as (
	select i.indisunique, i.indislive, i.indisready, n.nspname, x.relname,
		{leftover_index:i} as is_spare,
		x.relispartition or exists (select from pg_catalog.pg_constraint as con
			where con.conindid = i.indexrelid and con.conrelid = i.indrelid and con.contype in ('p', 'u', 'x')) as is_needed,
		coalesce((select pg_catalog.format('; those that do: SELECT %1$s, count(*) FROM %2$I.%3$I%4$s GROUP BY %1$s HAVING count(*) > 1',
				pg_catalog.string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k.place, false), ', ' order by k.place),
				n.nspname, t.relname, ' WHERE ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid))
			from pg_catalog.generate_series(1, cast(i.indnkeyatts as integer)) as k (place)), '') as duplicates,
		not {sees_sessions} and exists (select from pg_catalog.pg_stat_progress_create_index as p
			where p.datname = pg_catalog.current_database() and p.relid is null) as hidden_build
	from pg_catalog.pg_index as i
	join pg_catalog.pg_class as x on x.oid = i.indexrelid
	join pg_catalog.pg_class as t on t.oid = i.indrelid
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	where not (i.indisvalid and i.indisready and i.indislive) and x.relkind = 'i'
		and {user_schema:n}
		and {not_in_extension:i.indrelid}
		and not exists (select from pg_catalog.pg_stat_progress_create_index as p
			where p.datname = pg_catalog.current_database() and p.relid = i.indrelid)
)
select case when l.hidden_build then 'unknown' else 'warning' end as severity,
	pg_catalog.format('%I.%I', l.nspname, l.relname) as object,
	cast(null as double precision) as value,
	case when not l.indislive then 'partly dropped'
		when not l.indisready then 'not ready: writes do not maintain it'
		when l.indisunique and not l.is_spare
		then 'not valid: queries do not use it, and rows may repeat its key' || l.duplicates
		else 'not valid: queries do not use it' end as detail,
	pg_catalog.format('%s INDEX CONCURRENTLY %I.%I;', case when (l.is_spare or l.indisunique) and not l.is_needed then 'DROP' else 'REINDEX' end,
		l.nspname, l.relname) as fix_sql,
	case when l.hidden_build
		then 'an index is being built; membership in pg_monitor is needed to see which' end as reason,
	cast(null as text) as probe,
	case when l.is_spare then pg_catalog.format('Drop index %I.%I: nothing needs it any more.', l.nspname, l.relname)
		when not l.indisunique or l.is_needed
		then pg_catalog.format('Build index %I.%I again; until then no query uses it.', l.nspname, l.relname) end as suggestion
from leftover as l
order by l.nspname, l.relname
