-- columns: table_name, row_key, row_data, shape_id, place, image
-- as owner
-- The rows that have lost a parent in batch $1, the last one first.
select table_name, row_key, row_data, shape_id, place, {sqlite:image}{postgresql:cast(null as text)} as image
from {.trash}
where {in_batch} and action = 'detach'
order by trash_id desc
