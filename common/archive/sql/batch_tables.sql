-- columns: table_name, row_count
-- The tables of batch $1 and how many of their rows it deleted.
select table_name, count(*) as row_count
from {.trash}
where {in_batch} and action = 'delete'
group by table_name
order by table_name
