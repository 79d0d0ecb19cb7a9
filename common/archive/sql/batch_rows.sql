-- columns: trash_id, table_name, row_key
-- The first rows of batch $1.
select trash_id, table_name, row_key
from {.trash}
where {in_batch} and action = 'delete'
order by trash_id
limit 1000
