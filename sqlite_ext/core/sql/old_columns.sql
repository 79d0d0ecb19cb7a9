-- columns: table_name, sql, column_name, type
-- The columns of dbcare's tables that are not STRICT, as before version 6:
-- table, its SQL, column, type.  The schema name is replaced by that of the
-- samples file if samples are meant.
select s.name as table_name, s.sql, c.name as column_name, lower(c.type) as type
from main.sqlite_schema as s
join temp.pragma_table_info(s.name, trim('main.', '".')) as c
where s.type = 'table' and lower(s.sql) not like '%strict'
	and s.name in ('dbcare_bookkeeping', 'dbcare_setting', 'dbcare_migration',
		'dbcare_dependency', 'dbcare_ledger', 'dbcare_history', 'dbcare_deployment',
		'dbcare_snapshot', 'dbcare_snapshot_object', 'dbcare_schema_change',
		'dbcare_rule', 'dbcare_repair', 'dbcare_quarantine', 'dbcare_monitor',
		'dbcare_sample', 'dbcare_table_sample', 'dbcare_query', 'dbcare_query_seen',
		'dbcare_query_mark', 'dbcare_check_run', 'dbcare_alert', 'dbcare_suppression',
		'dbcare_adoption', 'dbcare_backfill')
order by s.name, c.cid
