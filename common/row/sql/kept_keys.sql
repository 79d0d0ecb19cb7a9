-- columns: identity
-- as owner
-- What identifies the rows of table $1 and its partitions in the trash.
select distinct coalesce(t.key_values, t.row_key) as identity
from {.trash} as t
where t.action <> 'flag' and (t.table_name in {partitions:$1}{postgresql: or t.root = $1})
