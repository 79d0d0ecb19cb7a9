-- columns: identity, row_key, key_values
-- as owner
-- The keys of the rows of table $1 and its partitions in the trash.
select distinct coalesce(t.key_values, t.row_key) as identity, t.row_key, t.key_values
from {.trash} as t
where t.action = 'delete' and (t.table_name in {partitions:$1}{postgresql: or t.root = $1})
order by 1
