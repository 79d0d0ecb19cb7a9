-- columns: query
-- A query for the statistics of the statements of this database from the
-- installed version of pg_stat_statements; null if it is not loaded, no row if
-- it is not installed.  The function is that of the extension, even if others
-- have the same name.  Nested statements are part of the outer one, and
-- statements of dbcare or calls of its functions are excluded.  After 20000
-- characters, a statement text only contains lists of values.
select case when pg_catalog.current_setting('pg_stat_statements.max', true) is not null then
	pg_catalog.format($sql$
		select pg_catalog.left(s.query, 20000), s.calls, s.%I, s.%I, s.rows, cast(s.userid as bigint)
		from %I.%I(true) as s
		where s.dbid = %s and s.queryid is not null and %s
			and s.query !~ '\m(dbcare|dbarchive|dbaudit|dbcheck|dbhealth|dbmigrate|dbmonitor)_[a-z_]+ *\(|\mdbcare\.'
		$sql$,
		case when 'total_exec_time' = any (p.proargnames) then 'total_exec_time' else 'total_time' end,
		case when 'max_exec_time' = any (p.proargnames) then 'max_exec_time' else 'max_time' end,
		n.nspname, p.proname, d.oid,
		case when 'toplevel' = any (p.proargnames) then 's.toplevel' else 'true' end)
	end as query
from pg_catalog.pg_extension as e
join pg_catalog.pg_depend as r on r.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
	and r.refobjid = e.oid and r.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and r.deptype = 'e'
join pg_catalog.pg_proc as p on p.oid = r.objid and p.proname = 'pg_stat_statements'
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database()
where e.extname = 'pg_stat_statements'
order by 1
