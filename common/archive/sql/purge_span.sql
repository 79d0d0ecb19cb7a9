-- columns: after, up_to
-- as owner
-- The numbers of the trash between which the rows of batch $1 are, or the row
-- with a key of list $2, of table $3, or all rows, whose last number the key gives.
with wanted as (
	select min(trash_id) as first, max(trash_id) as last
	from {.trash}
	where ($1 = 0 or {in_batch}) and ($2 is null or coalesce(key_values, row_key) in {listed:$2} and (table_name in {partitions:$3}{postgresql: or root = $3}))
)
select case when $1 = 0 and $2 is null then 0 else coalesce((select first from wanted), 1) - 1 end as after,
	coalesce(case when $1 = 0 and $2 is null then (select max(trash_id) from {.trash}) else (select last from wanted) end, 0) as up_to
