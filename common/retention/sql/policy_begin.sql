-- columns: none
-- An action $2 of policy $1, which has options $3, begins; not if they were changed.
insert into {.policy_run} (policy_id, action, started_at, row_count)
select p.policy_id, cast($2 as text), {now}, 0 from {.policy} as p where p.policy_id = $1 and p.options = $3
on conflict (policy_id, action) do update set started_at = {now}, finished_at = null, row_count = 0, error = null
