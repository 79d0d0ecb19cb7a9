-- columns: {finding}
-- Dead rows by the cumulative statistics, compared with the autovacuum
-- threshold: settings or storage parameters, limited since version 18.  A table
-- that was never vacuumed counts as empty.  Below 10,000 rows, and where
-- autovacuum comes often and nothing holds back what it removes, the finding is
-- only info: autovacuum will follow.
with candidate as (
	select c.oid, n.nspname, c.relname, pg_catalog.pg_stat_get_dead_tuples(c.oid) as dead,
		greatest(c.reltuples, 0) as estimate, c.reloptions
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'm') and pg_catalog.pg_stat_get_dead_tuples(c.oid) > 0
		and {user_schema:n}
		and {not_in_extension:c.oid}
), limited as (
	select c.*,
		coalesce(o.threshold, cast(pg_catalog.current_setting('autovacuum_vacuum_threshold') as double precision))
			+ coalesce(o.scale, cast(pg_catalog.current_setting('autovacuum_vacuum_scale_factor') as double precision))
				* c.estimate as usual,
		nullif(coalesce(o.maximum,
			cast(pg_catalog.current_setting('autovacuum_vacuum_max_threshold', true) as double precision)), -1) as maximum
	from candidate as c
	cross join lateral (
		select pg_catalog.max(cast(p.option_value as double precision))
				filter (where p.option_name = 'autovacuum_vacuum_threshold') as threshold,
			pg_catalog.max(cast(p.option_value as double precision))
				filter (where p.option_name = 'autovacuum_vacuum_scale_factor') as scale,
			pg_catalog.max(cast(p.option_value as double precision))
				filter (where p.option_name = 'autovacuum_vacuum_max_threshold') as maximum
		from pg_catalog.pg_options_to_table(c.reloptions) as p
		where p.option_name like 'autovacuum_vacuum%'
	) as o
), judged as (
	select l.*, l.dead / greatest(least(l.usual, l.maximum), 1) as ratio
	from limited as l
), held as (
	select coalesce(not {sees_sessions} or exists (select from pg_catalog.pg_stat_activity as a
			where a.datname = pg_catalog.current_database() and a.xact_start < pg_catalog.clock_timestamp() - interval '5 minutes'
				and not exists (select from pg_catalog.pg_stat_progress_vacuum as v where v.pid = a.pid))
		or exists (select from pg_catalog.pg_prepared_xacts as x
			where x.database = pg_catalog.current_database() and x.prepared < pg_catalog.clock_timestamp() - interval '5 minutes')
		or exists (select from pg_catalog.pg_replication_slots as s where s.xmin is not null and not s.active), true) as held
)
select case when j.dead < 10000 or {vacuumed_lately:j} and not (select h.held from held as h) then 'info' end as severity,
	pg_catalog.format('%I.%I', j.nspname, j.relname) as object,
	cast(j.ratio as double precision) as value,
	cast(j.dead as text) as detail,
	pg_catalog.format('VACUUM (ANALYZE) %I.%I;', j.nspname, j.relname) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from judged as j
where not pg_catalog.pg_is_in_recovery()
	and j.ratio >= least(cast($1 as double precision), cast($2 as double precision))
union all
select 'not_applicable', null, null, null, null, 'the primary vacuums', null
where pg_catalog.pg_is_in_recovery()
order by 2
