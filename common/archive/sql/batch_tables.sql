-- columns: table_name, row_count, table_id, shape_id
-- as owner
-- The tables of batch $1, how many of their rows with the same columns it deleted,
-- their numbers on PostgreSQL, and those of the columns.
select table_name, count(*) as row_count, {postgresql:table_id}{sqlite:0 as table_id}, shape_id
from {.trash}
where {in_batch} and action = 'delete'
group by table_name{postgresql:, table_id}, shape_id
order by table_name{postgresql:, table_id}, shape_id
