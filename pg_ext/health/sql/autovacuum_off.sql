-- columns: {finding}
-- Autovacuum, or the statistics that it needs, is off for the whole server, or
-- for a table of more than 10,000 rows.
with setting as (
	select 'critical' as severity, s.name as object, 'is off for every table' as detail,
		case when s.source = 'configuration file' then pg_catalog.format(
			'ALTER SYSTEM SET %I = on; SELECT pg_catalog.pg_reload_conf();', s.name) end as fix_sql
	from pg_catalog.pg_settings as s
	where s.name in ('autovacuum', 'track_counts') and s.setting = 'off'
), relation as (
	select n.nspname, c.relname, pg_catalog.array_agg(option.name order by option.name) as options
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join pg_catalog.pg_class as t on t.oid = c.reltoastrelid
	cross join lateral (
		select o.option_name, o.option_value
		from pg_catalog.pg_options_to_table(c.reloptions) as o
		union all
		select 'toast.' || o.option_name, o.option_value
		from pg_catalog.pg_options_to_table(t.reloptions) as o
	) as option (name, value)
	where c.relkind in ('r', 'm') and c.reltuples > 10000
		and (c.reloptions is not null or t.reloptions is not null)
		and option.name in ('autovacuum_enabled', 'toast.autovacuum_enabled')
		-- off, false, no, 0, and prefixes of these words
		and pg_catalog.lower(option.value) ~ '^(of|f|n|0)'
		and {user_schema:n}
		and {not_in_extension:c.oid}
	group by n.nspname, c.relname
), finding as (
	select s.severity, s.object, s.detail, s.fix_sql
	from setting as s
	union all
	select 'warning', pg_catalog.format('%I.%I', r.nspname, r.relname),
		'is excluded from autovacuum',
		pg_catalog.format('ALTER TABLE %I.%I RESET (%s);', r.nspname, r.relname,
			pg_catalog.array_to_string(r.options, ', '))
	from relation as r
)
select f.severity,
	f.object,
	cast(null as double precision) as value,
	f.detail,
	f.fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from finding as f
order by f.object, f.detail
