-- columns: connect, prepare, locate, disconnect, place
-- The statements that query server $1 of fleet_servers.sql, whose name is $2:
-- they call functions owned by extension dblink, in any schema, and on the
-- other server, with a fixed search path, search the schema of extension
-- dbcare.  No rows if dblink is not installed.
with place as (
	select n.nspname
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where e.extname = 'dblink' and p.proname = 'dblink_connect' and p.pronargs = 2
)
select pg_catalog.format('select %I.dblink_connect(''dbcare.fleet'', s.connection) from (%s) as s'
		' where s.server = %L and s.obstacle is null', l.nspname, $2, $1) as connect,
	pg_catalog.format('select %I.dblink_exec(''dbcare.fleet'', %L)', l.nspname,
		'set search_path = pg_catalog, pg_temp; set statement_timeout = ''60s'';'
			' set default_transaction_read_only = on') as prepare,
	pg_catalog.format('select r.place from %I.dblink(''dbcare.fleet'', %L) as r (place text)', l.nspname,
		'select n.nspname from pg_catalog.pg_extension as e'
			' join pg_catalog.pg_depend as d on d.refclassid = ''pg_catalog.pg_extension''::pg_catalog.regclass'
			' and d.refobjid = e.oid and d.classid = ''pg_catalog.pg_proc''::pg_catalog.regclass and d.deptype = ''e'''
			' join pg_catalog.pg_proc as p on p.oid = d.objid'
			' join pg_catalog.pg_namespace as n on n.oid = p.pronamespace'
			' where e.extname = ''dbcare'' and p.proname = ''dbhealth_report''') as locate,
	pg_catalog.format('select %I.dblink_disconnect(''dbcare.fleet'')', l.nspname) as disconnect,
	cast(l.nspname as text) as place
from place as l
