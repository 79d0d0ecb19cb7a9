-- columns: {finding}
-- Indexes left by a failed concurrent build or drop, from pg_index.  An index
-- of a table that is being indexed now is not reported, and one on a
-- partitioned table is valid once all partitions have it.  Only pg_monitor sees
-- the table of a running build.  A unique index is not rebuilt: duplicate keys,
-- the usual cause, would make that fail and leave one more invalid index.
with leftover as (
	select i.indisunique, i.indislive, i.indisready, n.nspname, x.relname,
		{leftover_index:i} as is_spare,
		exists (select from pg_catalog.pg_stat_progress_create_index as p
			where p.datname = pg_catalog.current_database() and p.relid is null) as hidden_build
	from pg_catalog.pg_index as i
	join pg_catalog.pg_class as x on x.oid = i.indexrelid
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	where not (i.indisvalid and i.indisready and i.indislive) and x.relkind = 'i'
		and {user_schema:n}
		and {not_in_extension:i.indrelid}
		and not exists (select from pg_catalog.pg_stat_progress_create_index as p
			where p.datname = pg_catalog.current_database() and p.relid = i.indrelid)
)
select case when l.hidden_build then 'unknown'
		when l.indisunique and not l.is_spare then 'critical'
		else 'warning' end as severity,
	pg_catalog.format('%I.%I', l.nspname, l.relname) as object,
	cast(null as double precision) as value,
	case when not l.indislive then 'partly dropped'
		when not l.indisready then 'not ready: writes do not maintain it'
		when l.indisunique and not l.is_spare
		then 'not valid: queries do not use it, and keys may repeat'
		else 'not valid: queries do not use it' end as detail,
	case when l.is_spare then pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I;', l.nspname, l.relname)
		when not l.indisunique
		then pg_catalog.format('REINDEX INDEX CONCURRENTLY %I.%I;', l.nspname, l.relname) end as fix_sql,
	case when l.hidden_build
		then 'an index is being built; membership in pg_monitor is needed to see which' end as reason,
	cast(null as text) as probe
from leftover as l
order by l.nspname, l.relname
