-- columns: {finding}
-- The statement that takes more than a third of the total execution time in
-- this database, from ten statements and one minute on.  The extension's
-- function is named in text, since a static statement cannot name a function
-- that may not exist, and called without texts, since reading those can spill
-- gigabytes.
with installed as (
	select pg_catalog.format(
			'select pg_catalog.array_to_tsvector(array[pg_catalog.concat_ws('' '', q.queryid, q.share)]) from (select s.queryid,'
			' 100 * pg_catalog.sum(s.total_exec_time) / pg_catalog.sum(pg_catalog.sum(s.total_exec_time)) over () as share,'
			' pg_catalog.sum(pg_catalog.sum(s.total_exec_time)) over () as total, pg_catalog.count(*) over () as statements'
			' from %I.pg_stat_statements(false) as s where s.dbid = %s group by s.queryid) as q'
			' where q.total >= 60000 and q.statements >= 10 order by q.share desc limit 1',
			n.nspname, d.oid) as query
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
	join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database()
	where e.extname = 'pg_stat_statements'
		and pg_catalog.current_setting('pg_stat_statements.max', true) is not null
), first as (
	select pg_catalog.string_to_array(s.word, ' ') as parts
	from installed as i
	cross join lateral pg_catalog.ts_stat(i.query) as s
	where pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
)
select 'info' as severity,
	f.parts[1] as object,
	cast(f.parts[2] as double precision) as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from first as f
where cast(f.parts[2] as double precision) > cast(100.0 / 3 as double precision)
union all
select 'not_applicable', null, null, null, null, 'pg_stat_statements is not installed and loaded', null
where not exists (select from installed)
union all
select 'unknown', null, null, null, null, 'membership in pg_read_all_stats is needed to tell statements apart', null
where exists (select from installed) and not pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
order by 2
