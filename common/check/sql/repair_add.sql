-- columns: repair_id
-- Adds a repair and returns its number.
insert into {.repair} (repair_id, happened_at, actor, role_name, options)
select coalesce(max(repair_id), 0) + 1, {now}, $1, $3, $2
from {.repair}
returning repair_id
