-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The changes of the row with key $3 of table $1 after $2, the newest first.  $4: the
-- key as triggers in plain SQL write it.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed
from {.audit_shape} as s
-- in this order, so that SQLite uses the index of keys
cross join {.audit_entry} as e
where s.table_id = $1 and e.shape_id = s.shape_id and e.action in ('insert', 'update', 'delete')
	and e.logged_at > {postgresql:cast($2 as timestamptz)}{sqlite:$2}
	and {postgresql:cast($4 as text) is not null and e.row_key = $3
	and pg_catalog."left"(e.row_key, 200) = pg_catalog."left"($3, 200)}{sqlite:e.row_key in ($3, $4)}
order by e.entry_id desc
