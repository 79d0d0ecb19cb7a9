-- columns: none
-- Notes that repair $1 has been undone by $2.
update {.repair} set undone_at = {now}, undone_by = $2 where repair_id = $1
