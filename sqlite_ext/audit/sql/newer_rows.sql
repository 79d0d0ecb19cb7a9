-- columns: entry_id, shape_id, columns, action, row_key, changed, place
-- The changes of rows of table $1 after $2 and entry $3: those of each key of $4, the newest first.  $4 is a JSON array of
-- arrays with what entries may have for a key; place is that of the key, from 0.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed, k.key as place
from temp.json_each($4) as k
cross join temp.json_each(k.value) as n
-- in this order, so that SQLite uses the index of keys
cross join main.dbcare_audit_shape as s
cross join main.dbcare_audit_entry as e
where s.table_id = $1 and e.shape_id = s.shape_id and e.row_key = n.value
	and e.action in ('insert', 'update', 'delete') and e.logged_at > $2 and e.entry_id > $3
order by k.key, e.entry_id desc
