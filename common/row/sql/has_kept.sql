-- columns: has_kept
-- as owner
-- Whether the trash has a row of table $1 or its partitions that a text of list $2 identifies.
select exists (select 1 from {.trash} as t
	where coalesce(t.key_values, t.row_key) in {listed:$2} and t.action <> 'flag' and (t.table_name in {partitions:$1}{postgresql: or t.root = $1})) as has_kept
