-- columns: {finding}
-- Rows inserted since the last VACUUM compared with the autovacuum threshold
-- for inserts: settings or storage parameters; since version 18 a share of the
-- unfrozen pages.  Without VACUUM, index-only scans read the table, and one day
-- all of it must be frozen at once.  Small tables are ignored; where autovacuum
-- comes often, the finding is only info.
with candidate as (
	select c.oid, n.nspname, c.relname, pg_catalog.pg_stat_get_ins_since_vacuum(c.oid) as inserted,
		greatest(c.reltuples, 0) as estimate, c.reloptions
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'm') and pg_catalog.pg_stat_get_ins_since_vacuum(c.oid) >= 100000
		and {user_schema:n}
		and {not_in_extension:c.oid}
), limited as (
	select c.*,
		coalesce(o.threshold, cast(pg_catalog.current_setting('autovacuum_vacuum_insert_threshold') as double precision)) as threshold,
		coalesce(o.scale, cast(pg_catalog.current_setting('autovacuum_vacuum_insert_scale_factor') as double precision))
			* c.estimate * (1 - coalesce(f.frozen, 0)) as scaled
	from candidate as c
	cross join lateral (
		select pg_catalog.max(cast(p.option_value as double precision))
				filter (where p.option_name = 'autovacuum_vacuum_insert_threshold') as threshold,
			pg_catalog.max(cast(p.option_value as double precision))
				filter (where p.option_name = 'autovacuum_vacuum_insert_scale_factor') as scale
		from pg_catalog.pg_options_to_table(c.reloptions) as p
		where p.option_name like 'autovacuum_vacuum_insert%'
	) as o
	cross join lateral (
		select cast(pg_catalog.to_jsonb(r) ->> 'relallfrozen' as double precision) / nullif(r.relpages, 0) as frozen
		from pg_catalog.pg_class as r
		where r.oid = c.oid
	) as f
), judged as (
	select l.*, l.inserted / greatest(l.threshold + l.scaled, 1) as ratio
	from limited as l
	where l.threshold >= 0
)
select case when {vacuumed_lately:j} then 'info' end as severity,
	pg_catalog.format('%I.%I', j.nspname, j.relname) as object,
	cast(j.ratio as double precision) as value,
	cast(j.inserted as text) as detail,
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
