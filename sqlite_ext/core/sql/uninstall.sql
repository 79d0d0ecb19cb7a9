-- columns: statement
-- Statements that drop dbcare's tables.
select printf('drop table main."%w"', name) as statement
from main.sqlite_schema
where type = 'table' and name in ('dbcare_bookkeeping', 'dbcare_setting',
	'dbcare_migration', 'dbcare_dependency', 'dbcare_ledger', 'dbcare_history', 'dbcare_history_head',
	'dbcare_deployment', 'dbcare_snapshot', 'dbcare_snapshot_object', 'dbcare_schema_change',
	'dbcare_rule', 'dbcare_repair', 'dbcare_quarantine', 'dbcare_monitor', 'dbcare_sample',
	'dbcare_table_sample', 'dbcare_query', 'dbcare_query_seen', 'dbcare_query_mark', 'dbcare_check_run', 'dbcare_alert',
	'dbcare_suppression', 'dbcare_adoption', 'dbcare_backfill',
	'dbcare_repair_table', 'dbcare_samples_of', 'dbcare_slow_log')
order by name
