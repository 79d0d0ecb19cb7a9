-- columns: {finding}
-- Statements whose compilation took more than a fifth of their time, and a minute of
-- it, as pg_stat_statements counts from PostgreSQL 15 on.  For its function as text see
-- query_dominates.
with installed as (
	select pg_catalog.string_to_array(e.extversion, '.')::integer[] >= '{1,10}' as counts_jit,
		pg_catalog.format(
			'select pg_catalog.array_to_tsvector(array[pg_catalog.concat_ws('' '', 100 * q.compiling / q.total, q.statements)])'
			' from (select pg_catalog.count(distinct s.queryid) as statements, pg_catalog.sum(s.total_exec_time) as total,'
			' pg_catalog.sum(s.jit_generation_time + s.jit_inlining_time + s.jit_optimization_time + s.jit_emission_time) as compiling'
			' from %I.pg_stat_statements(false) as s where s.dbid = %s and s.jit_functions > 0) as q'
			' where q.compiling >= 60000 and q.compiling > q.total / 5',
			n.nspname, d.oid) as query
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
	join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database()
	where e.extname = 'pg_stat_statements'
		and pg_catalog.current_setting('pg_stat_statements.max', true) is not null
), compiled as (
	select pg_catalog.string_to_array(s.word, ' ') as parts
	from installed as i
	cross join lateral pg_catalog.ts_stat(i.query) as s
	where i.counts_jit
)
select 'info' as severity,
	'jit' as object,
	cast(c.parts[1] as double precision) as value,
	c.parts[2] as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from compiled as c
union all
select 'not_applicable', null, null, null, null, 'pg_stat_statements is not installed and loaded', null
where not exists (select from installed)
union all
select 'not_applicable', null, null, null, null, 'pg_stat_statements counts compilation from its version 1.10 on (PostgreSQL 15)', null
from installed as i
where not i.counts_jit
order by 2
