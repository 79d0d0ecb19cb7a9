-- Settings whose value in the files waits for a restart, and lines of the files
-- that are wrong.  No static statement can name what it may not call, so
-- query_to_xml() takes it as text; hex digits need no escapes in XML.
with waiting as (
	select s.name
	from pg_catalog.pg_settings as s
	where s.pending_restart
), wrong as (
	select l.sourcefile, l.sourceline, l.name, l.error
	from pg_catalog.jsonb_to_recordset(case
			when pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
				and pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')
			then cast(pg_catalog.convert_from(pg_catalog.decode(pg_catalog.substring(cast(pg_catalog.query_to_xml(
				'select pg_catalog.encode(pg_catalog.convert_to(pg_catalog.jsonb_agg(l)::text, ''UTF8''), ''hex'') as v'
				' from pg_catalog.pg_file_settings as l where l.error is not null',
				false, false, '') as text), '<v>(.*)</v>'), 'hex'), 'UTF8') as jsonb) end)
		as l (sourcefile text, sourceline integer, name text, error text)
	where l.name is null or l.name not in (select w.name from waiting as w)
), finding (severity, object, detail) as (
	select 'warning', w.name, 'has another value in the files than in force'
	from waiting as w
	union all
	select 'critical', pg_catalog.format('line %s of %s', w.sourceline, w.sourcefile),
		pg_catalog.concat_ws(': ', 'is wrong', w.name, w.error)
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
	'a superuser is needed to see what is wrong in them', null
where not (pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
	and pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE'))
order by 2, 4
