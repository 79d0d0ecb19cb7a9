-- columns: {finding}
-- Indexes left by a failed concurrent build or drop, from pg_index.  An index
-- of a table that is being indexed now is not reported, and one on a
-- partitioned table is valid once all partitions have it.  Only pg_monitor sees
-- the table of a running build.
with leftover as (
	select i.*, n.nspname, x.relname, x.relam,
		exists (select from pg_catalog.pg_index as t
			join pg_catalog.pg_class as tx on tx.oid = t.indexrelid
			where t.indrelid = i.indrelid and t.indexrelid <> i.indexrelid
				and t.indisvalid and t.indisready and t.indislive
				and t.indisunique = i.indisunique and tx.relam = x.relam
				and t.indnkeyatts = i.indnkeyatts and t.indkey::text = i.indkey::text
				and t.indclass = i.indclass and t.indcollation = i.indcollation
				and t.indoption::text = i.indoption::text
				and pg_catalog.pg_get_expr(t.indexprs, t.indrelid)
					is not distinct from pg_catalog.pg_get_expr(i.indexprs, i.indrelid)
				and pg_catalog.pg_get_expr(t.indpred, t.indrelid)
					is not distinct from pg_catalog.pg_get_expr(i.indpred, i.indrelid)) as has_twin,
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
		when l.indisunique and not l.has_twin then 'critical'
		else 'warning' end as severity,
	pg_catalog.format('%I.%I', l.nspname, l.relname) as object,
	cast(null as double precision) as value,
	case when not l.indislive then 'partly dropped'
		when not l.indisready then 'not ready: writes do not maintain it'
		else 'not valid: queries do not use it' end as detail,
	pg_catalog.format(
		case when l.has_twin or not l.indislive then 'DROP INDEX CONCURRENTLY %I.%I;'
			else 'REINDEX INDEX CONCURRENTLY %I.%I;' end, l.nspname, l.relname) as fix_sql,
	case when l.hidden_build
		then 'an index is being built; membership in pg_monitor is needed to see which' end as reason,
	cast(null as text) as probe
from leftover as l
order by l.nspname, l.relname
