-- columns: none
-- An action $2 of policy $1 begins.
insert into {.policy_run} (policy_id, action, started_at, row_count) values ($1, $2, {now}, 0)
on conflict (policy_id, action) do update set started_at = {now}, finished_at = null, row_count = 0, error = null
