-- columns: after, up_to
-- The numbers of the trash between which the rows of batch $1 are, or the row
-- with key $2 of table $3, or all rows.
select case when $1 = 0 and $2 is null then 0 else coalesce(min(trash_id), 1) - 1 end as after, coalesce(max(trash_id), 0) as up_to
from {.trash}
where ($1 = 0 or {in_batch}) and ($2 is null or row_key = $2 and (table_name in {partitions:$3}{postgresql: or root = $3}))
