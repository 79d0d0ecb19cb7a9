-- columns: trash_id, batch_id
-- Row $3 of the trash, from 0, of those after number $1 up to $2.
select trash_id, batch_id
from {.trash}
where trash_id > $1 and trash_id <= $2
order by trash_id
limit 1 offset $3
