-- columns: none
-- Forgets the runs of policy $1.
delete from {.policy_run} where policy_id = $1
