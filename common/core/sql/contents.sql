-- columns: what, row_count, place
-- The number of rows that uninstalling would delete.
select 'settings' as what, count(*) as row_count, 1 as place from {.setting}
union all select 'migrations', count(*), 2 from {.migration}
union all select 'applied', count(*), 3 from {.ledger}
union all select 'history', count(*), 4 from {.history}
union all select 'rules', count(*), 5 from {.rule}
union all select 'quarantined rows', count(*), 6 from {.quarantine}
union all select 'samples', count(*), 7 from {.sample}
union all select 'alerts', count(*), 8 from {.alert}
union all select 'suppressions', count(*), 9 from {.suppression}
union all select 'backfills', count(*), 10 from {.backfill}
union all select 'deleted rows', count(*), 11 from {.trash}
union all select 'logged changes', count(*), 12 from {.audit_entry}
union all select 'events', count(*), 13 from {.event}
union all select 'held rows', count(*), 14 from {.hold}
union all select 'retention policies', count(*), 15 from {.policy}
union all select 'files of deleted rows', count(*), 16 from {.left_file}
union all select 'files with archived rows', count(*), 17 from {.archive_file}
union all select 'seeds', count(*), 18 from {.seed}
order by place
