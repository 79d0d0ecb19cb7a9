-- columns: connect, prepare, locate, is_busy, done, located, reported, disconnect, place
-- The statements that query server $2 over a connection named $3: they call
-- functions owned by extension dblink, in any schema, and on the other server,
-- with a fixed search path, search the schema of extension dbcare.  Only connect
-- waits for the other server; $1 is fleet_servers.sql, $4 a time limit in
-- seconds.  No rows if dblink is not installed.
with place as (
	select n.nspname
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where e.extname = 'dblink' and p.proname = 'dblink_connect' and p.pronargs = 2
)
select pg_catalog.format('select %I.dblink_connect(%L::pg_catalog.text, s.connection) from (%s) as s where s.obstacle is null',
		l.nspname, c.name, pg_catalog.replace($1, '$1', pg_catalog.quote_literal($2))) as connect,
	pg_catalog.format('select %I.dblink_send_query(%L::pg_catalog.text, %L::pg_catalog.text)', l.nspname, c.name, pg_catalog.format(
		'select pg_catalog.set_config(s.name, s.value, false) from (values (''search_path'', ''pg_catalog, pg_temp''),'
			' (''statement_timeout'', ''%ss''), (''default_transaction_read_only'', ''on'')) as s (name, value)',
		cast($4 as bigint))) as prepare,
	pg_catalog.format('select %I.dblink_send_query(%L::pg_catalog.text, %L::pg_catalog.text)', l.nspname, c.name,
		'select n.nspname from pg_catalog.pg_extension as e'
			' join pg_catalog.pg_depend as d on d.refclassid = ''pg_catalog.pg_extension''::pg_catalog.regclass'
			' and d.refobjid = e.oid and d.classid = ''pg_catalog.pg_proc''::pg_catalog.regclass and d.deptype = ''e'''
			' join pg_catalog.pg_proc as p on p.oid = d.objid'
			' join pg_catalog.pg_namespace as n on n.oid = p.pronamespace'
			' where e.extname = ''dbcare'' and p.proname = ''dbhealth_report''') as locate,
	pg_catalog.format('select %I.dblink_is_busy(%L::pg_catalog.text) = 1', l.nspname, c.name) as is_busy,
	pg_catalog.format('select r.value from %I.dblink_get_result(%L::pg_catalog.text) as r (value text)', l.nspname, c.name) as done,
	pg_catalog.format('select r.place from %I.dblink_get_result(%L::pg_catalog.text) as r (place text)', l.nspname, c.name) as located,
	pg_catalog.format('select r.report, r.is_standby, r.lag_bytes, r.lag_seconds from %I.dblink_get_result(%L::pg_catalog.text)'
		' as r (report text, is_standby boolean, lag_bytes bigint, lag_seconds double precision)', l.nspname, c.name) as reported,
	pg_catalog.format('select %I.dblink_disconnect(%L::pg_catalog.text)', l.nspname, c.name) as disconnect,
	cast(l.nspname as text) as place
from place as l
cross join (select cast($3 as text) as name) as c
