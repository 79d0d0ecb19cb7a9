-- columns: none
-- Removes policy $1.
delete from {.policy} where policy_id = $1
