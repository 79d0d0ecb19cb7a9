-- columns: statement
-- Statements that drop dbcare's tables, and their schema unless it contains
-- other objects.
select s.statement
from (select 0 as place, e.evtname as name,
		pg_catalog.format('drop event trigger %I', e.evtname) as statement
	from pg_catalog.pg_event_trigger as e
	where e.evtname in ('dbcare_watch', 'dbcare_watch_drop')
	union all
	select 1, c.relname,
		pg_catalog.format('drop table %I.%I', n.nspname, c.relname) as statement
	from pg_catalog.pg_namespace as n
	join pg_catalog.pg_class as c on c.relnamespace = n.oid
	where n.nspname = 'dbcare' and c.relkind = 'r'
		and c.relname in ('bookkeeping', 'setting', 'migration', 'dependency', 'ledger', 'history', 'history_head',
			'deployment', 'snapshot', 'snapshot_object', 'schema_change', 'rule', 'repair', 'quarantine',
		'monitor', 'sample', 'table_sample', 'query', 'query_seen', 'query_mark', 'check_run', 'alert', 'suppression', 'adoption', 'backfill', 'repair_table', 'slow_log', 'wait_event', 'vacuum_due')
	union all
	select 2, '', 'drop schema dbcare'
	where not exists (select from pg_catalog.pg_namespace as n
		join pg_catalog.pg_depend as d on d.refobjid = n.oid
			and d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
		left join pg_catalog.pg_class as c on c.oid = d.objid
			and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
		where n.nspname = 'dbcare' and d.deptype = 'n'
			and coalesce(c.relname, '') not in ('bookkeeping', 'setting', 'migration', 'dependency',
				'ledger', 'history', 'history_head', 'history_event_id_seq', 'deployment', 'snapshot', 'snapshot_object', 'schema_change',
				'schema_change_change_id_seq', 'rule', 'repair', 'quarantine',
				'monitor', 'sample', 'table_sample', 'query', 'query_seen', 'query_mark', 'check_run', 'alert', 'alert_alert_id_seq', 'suppression', 'adoption', 'backfill', 'repair_table', 'slow_log', 'wait_event', 'vacuum_due'))
	) as s
order by s.place, s.name
