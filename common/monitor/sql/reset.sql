-- columns: what, statement, place
-- Statements that delete the data collected by monitoring.
select 'samples' as what, 'delete from {.sample}' as statement, 1 as place
union all select null, 'delete from {.table_sample}', 2
union all select 'statements', 'delete from {.query}', 3
union all select null, 'delete from {.query_seen}', 4
union all select null, 'delete from {.query_mark}', 5
union all select null, 'delete from {.check_run}', 6
union all select 'slow_log', 'delete from {.slow_log}', 8
{postgresql:union all select null, 'delete from dbcare.wait_event', 9
union all select null, 'delete from dbcare.vacuum_due', 10}
union all select 'alerts', 'delete from {.alert}', 7
order by place
