-- columns: kind, name, policy
-- What the lists of manifests have set up: seeds, rules, and by table the rest.
select 'seed' as kind, name, cast(null as text) as policy from {.seed} where applied_at is not null
union all
select 'rule', name, null from {.rule}
union all
select 'archive', table_name, null from {.archived_table}
union all
select 'audit', table_name, null from {.audited_table}
union all
select 'policy', table_name, name from {.policy}
