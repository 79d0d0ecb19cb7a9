-- columns: table_name, work, reason, value, threshold, last_at, is_enabled, pid, phase, percent
-- Tables that autovacuum should vacuum or analyze, by settings and storage
-- parameters, and tables that a process is working on; TOAST counts with its
-- table.  A role without pg_read_all_stats sees its own processes only.
with setting (value) as materialized (
	select pg_catalog.jsonb_object_agg(s.name, s.setting)
	from pg_catalog.pg_settings as s
	where s.name like 'autovacuum%'
), candidate as materialized (
	select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as table_name, c.reltoastrelid,
		greatest(c.reltuples, 0) as estimate, c.relfrozenxid, c.relminmxid, s.value as server,
		case when c.reloptions is null then s.value
			else s.value || (select pg_catalog.jsonb_object_agg(o.option_name, o.option_value)
				from pg_catalog.pg_options_to_table(c.reloptions) as o) end as option,
		coalesce(cast(pg_catalog.to_jsonb(c) ->> 'relallfrozen' as double precision) / nullif(c.relpages, 0), 0) as frozen
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	cross join setting as s
	where c.relkind in ('r', 'm') and not pg_catalog.pg_is_in_recovery()
		and {user_schema:n}
		and {not_in_extension:c.oid}
), measured as (
	select c.oid, v.*
	from candidate as c
	cross join lateral (values
		('vacuum', 'dead rows', pg_catalog.pg_stat_get_dead_tuples(c.oid),
			least((c.option ->> 'autovacuum_vacuum_threshold')::float8
					+ (c.option ->> 'autovacuum_vacuum_scale_factor')::float8 * c.estimate,
				nullif((c.option ->> 'autovacuum_vacuum_max_threshold')::float8, -1))),
		('vacuum', 'inserted rows', pg_catalog.pg_stat_get_ins_since_vacuum(c.oid),
			nullif((c.option ->> 'autovacuum_vacuum_insert_threshold')::float8, -1)
				+ (c.option ->> 'autovacuum_vacuum_insert_scale_factor')::float8 * c.estimate * (1 - c.frozen)),
		('analyze', 'changed rows', pg_catalog.pg_stat_get_mod_since_analyze(c.oid),
			(c.option ->> 'autovacuum_analyze_threshold')::float8
				+ (c.option ->> 'autovacuum_analyze_scale_factor')::float8 * c.estimate),
		('vacuum', 'transaction ID age', pg_catalog.age(c.relfrozenxid),
			least((c.option ->> 'autovacuum_freeze_max_age')::float8, (c.server ->> 'autovacuum_freeze_max_age')::float8)),
		('vacuum', 'multixact ID age', pg_catalog.mxid_age(c.relminmxid),
			least((c.option ->> 'autovacuum_multixact_freeze_max_age')::float8,
				(c.server ->> 'autovacuum_multixact_freeze_max_age')::float8))
	) as v (work, reason, value, threshold)
), due as (
	select m.*
	from measured as m
	where m.value > m.threshold
), worker (relid, work, pid, phase, percent) as materialized (
	select p.relid, 'vacuum', p.pid, p.phase, 100.0
		* case p.phase when 'vacuuming heap' then p.heap_blks_vacuumed else p.heap_blks_scanned end
		/ nullif(p.heap_blks_total, 0)
	from pg_catalog.pg_stat_progress_vacuum as p
	where p.datname = pg_catalog.current_database()
	union all
	select p.relid, 'analyze', p.pid, p.phase, 100.0 * p.sample_blks_scanned / nullif(p.sample_blks_total, 0)
	from pg_catalog.pg_stat_progress_analyze as p
	where p.datname = pg_catalog.current_database()
), working as (
	select c.oid, w.*
	from worker as w
	join candidate as c on w.relid in (c.oid, c.reltoastrelid) and w.relid <> 0
)
select c.table_name, coalesce(d.work, w.work) as work, d.reason, d.value,
	cast(d.threshold as double precision) as threshold,
	{iso:case coalesce(d.work, w.work) when 'vacuum'
		then greatest(pg_catalog.pg_stat_get_last_vacuum_time(c.oid), pg_catalog.pg_stat_get_last_autovacuum_time(c.oid))
		else greatest(pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid))
		end} as last_at,
	cast(c.server ->> 'autovacuum' as boolean) and coalesce(cast(c.option ->> 'autovacuum_enabled' as boolean), true)
		as is_enabled,
	w.pid, w.phase, cast(w.percent as double precision) as percent
from due as d
full join working as w on w.oid = d.oid and w.work = d.work
join candidate as c on c.oid = coalesce(d.oid, w.oid)
order by d.value / greatest(d.threshold, 1) desc nulls last, c.table_name, d.reason, w.pid
