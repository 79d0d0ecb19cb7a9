-- columns: none
-- Ends a suppression that has not expired.
update {.suppression} set until_at = cast($3 as {timestamp})
where check_id = $1 and object_pattern = $2 and until_at > cast($3 as {timestamp})
