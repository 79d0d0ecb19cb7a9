-- columns: none
-- Deletes rows for good: those of the trash after number $1 up to $2, deleted
-- until $3 in batches that have deleted rows of table $4 and have no held row;
-- only batch $5, unless that is 0; only rows with a key of list $6, unless that is null.
-- Batches $7 and $8 are known to be such, $9 and $10 not to be.  Batches that have
-- rows of the tables with the numbers $11, a JSON array, are left.
delete from {.trash} as t
where t.trash_id > $1 and t.trash_id <= $2 and t.deleted_at <= (select cast($3 as {timestamp})) and t.action <> 'flag'
	and ($5 = 0 or t.batch_id = $5) and ($6 is null or coalesce(t.key_values, t.row_key) in {listed:$6} and (t.table_name in {partitions:$4}{postgresql: or t.root = $4}))
	and t.batch_id <> $9 and t.batch_id <> $10
	and case when t.batch_id = $7 or t.batch_id = $8 then true
		else {postgresql:coalesce((select true from dbcare.trash as o where o.batch_id = t.batch_id}{sqlite:t.batch_id in (select o.batch_id from main.dbcare_trash as o where o.trash_id > $1 and o.trash_id <= $2}
			and o.action = 'delete' and (o.table_name in {partitions:$4}{postgresql: or o.root = $4}){postgresql: limit 1), false)}{sqlite:)} end
	and {postgresql:t.batch_id not in (select o.batch_id from dbcare.trash as o where $11 <> '[]'
		and o.table_id in (select cast(e.value as bigint) from pg_catalog.jsonb_array_elements_text(cast($11 as pg_catalog.jsonb)) as e (value)))}{sqlite:$11 = '[]'}
	and t.batch_id not in (select b.batch_id from {held}{sqlite: where b.trash_id > $1 and b.trash_id <= $2})
