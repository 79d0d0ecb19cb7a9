-- columns: entry_id, shape_id, columns, action, row_key, changed, place
-- The changes of rows of table $1 after $2 and entry $3: those of each key of $4, the newest first.  $4 is a JSON array of
-- arrays with what entries may have for a key; place is that of the key, from 0.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed, k.number - 1 as place
from pg_catalog.json_array_elements(cast($4 as pg_catalog.json)) with ordinality as k (names, number)
cross join lateral pg_catalog.json_array_elements_text(k.names) as n (name)
join dbcare.audit_shape as s on s.table_id = $1
-- OFFSET, so that the index of keys finds them
cross join lateral (select * from dbcare.audit_entry as a
	where a.shape_id = s.shape_id and a.row_key = n.name
		and pg_catalog."left"(a.row_key, 200) = pg_catalog."left"(n.name, 200) offset 0) as e
where e.action in ('insert', 'update', 'delete') and e.logged_at > cast($2 as timestamptz) and e.entry_id > $3
order by k.number, e.entry_id desc
