-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The changes of rows of table $1 after $2 and entry $3: those of each key of $4, the newest first.  $4 is a JSON array of
-- arrays of a key and the same key as triggers in plain SQL write it.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed
from temp.json_each($4) as k
-- in this order, so that SQLite uses the index of keys
cross join main.dbcare_audit_shape as s
cross join main.dbcare_audit_entry as e
where s.table_id = $1 and e.shape_id = s.shape_id and e.row_key in (json_extract(k.value, '$[0]'), json_extract(k.value, '$[1]'))
	and e.action in ('insert', 'update', 'delete') and e.logged_at > $2 and e.entry_id > $3
order by k.key, e.entry_id desc
