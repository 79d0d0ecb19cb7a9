-- columns: {finding}
-- Counters of pg_stat_statements for this database.  Its function is called
-- without texts, since reading those can spill gigabytes; only the probe names
-- it, since a static statement cannot name a function that may not exist.
with installed as (
	select pg_catalog.format(
			'select nullif(pg_catalog.count(*), 0) from %I.pg_stat_statements(false)'
			' where dbid = %s and calls >= 10 and mean_exec_time > %L::double precision',
			n.nspname, d.oid, cast($6 as double precision)) as probe
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
	join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database()
	where e.extname = 'pg_stat_statements'
), loaded as (
	select i.probe
	from installed as i
	where pg_catalog.current_setting('pg_stat_statements.max', true) is not null
)
select case when l.probe is null then 'not_applicable' end as severity,
	cast(null as text) as object,
	cast(null as double precision) as value,
	cast(cast($6 as double precision) as text) as detail,
	case when not exists (select from installed)
		then {create_extension:pg_stat_statements} end as fix_sql,
	case when not exists (select from installed)
		then 'the extension pg_stat_statements is not installed'
		when l.probe is null
		then 'pg_stat_statements is not among shared_preload_libraries' end as reason,
	l.probe
from (values (1)) as one
left join loaded as l on true
order by 1
