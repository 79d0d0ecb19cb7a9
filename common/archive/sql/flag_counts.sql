-- columns: batch_id, rows_in_batch, reason
-- as owner
-- The batches of marked rows among those of array $1, their numbers of rows,
-- and why they were marked.
select {sqlite:b.trash_id}{postgresql:b.batch_id} as batch_id, b.row_data as rows_in_batch, b.reason
from {.trash} as b
where b.action = 'flag' and {sqlite:b.trash_id in (select j.value from temp.json_each($1) as j)}{postgresql:b.batch_id in (select j.value::pg_catalog.int8 from pg_catalog.jsonb_array_elements_text(cast($1 as pg_catalog.jsonb)) as j (value))}
order by 1
