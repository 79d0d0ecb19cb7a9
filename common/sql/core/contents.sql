-- What uninstalling would destroy.
select 'settings', count(*) from {.setting}
union all select 'migrations', count(*) from {.migration}
union all select 'applied', count(*) from {.ledger}
union all select 'history', count(*) from {.history}
