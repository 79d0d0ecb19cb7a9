-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The changes of table $1 after $2 that gave another row the key $3, or $4 as
-- triggers in plain SQL write it, the newest first.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed
from {.audit_shape} as s
-- in this order, so that SQLite uses the index of keys
cross join {.audit_entry} as e
where s.table_id = $1 and e.shape_id = s.shape_id and e.logged_at > {postgresql:cast($2 as timestamptz)}{sqlite:$2} and e.moved_to is not null
	and {postgresql:e.moved_to = $3 and pg_catalog."left"(e.moved_to, 200) = pg_catalog."left"($3, 200)
	and cast($4 as text) is not null}{sqlite:e.moved_to in ($3, $4)}
order by e.entry_id desc
