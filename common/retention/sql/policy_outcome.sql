-- columns: row_count, error
-- What action $2 of policy $1 has done, and why it failed.
select coalesce(row_count, 0) as row_count, error
from {.policy_run}
where policy_id = $1 and action = $2
