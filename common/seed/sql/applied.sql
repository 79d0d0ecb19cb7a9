-- columns: none
-- Records that a seed was applied.
update {.seed} set applied_at = {now}, applied_by = $2, applied_checksum = checksum, counts = $3
where name = $1
