-- columns: trash_id, table_name, row_key, table_id, shape_id
-- as owner
-- The first rows of batch $1.
select trash_id, table_name, row_key, {postgresql:table_id}{sqlite:0 as table_id}, shape_id
from {.trash}
where {in_batch} and action = 'delete'
order by trash_id
limit 1000
