-- columns: none
-- Records that $2 has undone repair $1.
update {.repair} set undone_at = {now}, undone_by = $2 where repair_id = $1
