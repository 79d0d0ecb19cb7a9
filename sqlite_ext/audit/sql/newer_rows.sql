-- columns: entry_id, shape_id, columns, action, row_key, changed, place, is_chosen
-- The changes of rows of table $6 after $7 and entry $8: those of each key of $9, the newest first.  $9 is a JSON array of
-- arrays with what entries may have for a key; place is that of the key, from 0.
-- is_chosen: they are undone, see the macro.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed, k.key as place,
	coalesce({undone:e}, false) as is_chosen
from temp.json_each($9) as k
cross join temp.json_each(k.value) as n
-- in this order, so that SQLite uses the index of keys
cross join main.dbcare_audit_shape as s
cross join main.dbcare_audit_entry as e
where s.table_id = $6 and e.shape_id = s.shape_id and e.row_key = n.value
	and e.action in ('insert', 'update', 'delete') and e.logged_at > $7 and e.entry_id > $8
order by k.key, e.entry_id desc
