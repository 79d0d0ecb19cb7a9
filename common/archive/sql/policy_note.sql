-- columns: none
-- Action $2 of policy $1 has dealt with $3 rows; it has ended if $4, because of
-- error $5 unless that is null.
update {.policy_run} set row_count = $3, error = $5, finished_at = case when $4 then {now} end
where policy_id = $1 and action = $2
