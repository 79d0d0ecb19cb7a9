-- columns: table_name, row_key, row_data, shape_id, place
-- as owner
-- The rows that have lost a parent in batch $1, the last one first.
select table_name, row_key, row_data, shape_id, place
from {.trash}
where {in_batch} and action = 'detach'
order by trash_id desc
