-- columns: {finding}
-- Settings that require a restart, and invalid lines of the configuration
-- files.  A static statement cannot name a view that the role may not read, so
-- ts_stat() takes it as text; a word that it returns has at most 2046 bytes,
-- hence the pieces.  Reading the files also marks the settings that wait for a
-- reload first, so it comes before pg_settings.
with line as materialized (
	select l.sourcefile, l.sourceline, l.name, l.error
	from pg_catalog.jsonb_to_recordset(case
			when pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
				and pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')
			then (select cast(pg_catalog.string_agg(pg_catalog.substr(s.word, 10), '' order by pg_catalog.substr(s.word, 1, 9)) as jsonb)
				from pg_catalog.ts_stat('select pg_catalog.array_to_tsvector(array[pg_catalog.lpad(p.i::text, 9, ''0'') || p.piece[1]])'
				' from pg_catalog.regexp_matches((select pg_catalog.jsonb_agg(l)::text from pg_catalog.pg_file_settings as l'
				' where l.error is not null), ''.{1,250}'', ''g'') with ordinality as p (piece, i)') as s) end)
		as l (sourcefile text, sourceline integer, name text, error text)
), waiting as materialized (
	select s.name
	from (select pg_catalog.count(*) as lines from line) as l
	cross join lateral (select s.name from pg_catalog.pg_settings as s
		where s.pending_restart and l.lines >= 0 offset 0) as s
), wrong as (
	select l.sourcefile, l.sourceline, l.name, l.error
	from line as l
	where l.name is null or l.name not in (select w.name from waiting as w)
), finding (severity, object, detail) as (
	select 'warning', w.name, 'has a new value in the configuration files'
	from waiting as w
	union all
	select 'critical', pg_catalog.format('line %s of %s', w.sourceline, w.sourcefile),
		pg_catalog.concat_ws(': ', 'is invalid', w.name, w.error)
	from wrong as w
)
select f.severity,
	f.object,
	cast(null as double precision) as value,
	f.detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from finding as f
union all
select 'unknown', 'configuration files', null, null, null,
	'only a superuser can see errors in the configuration files', null
where not (pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
	and pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE'))
order by 2, 4
