-- columns: entry_id, shape_id, columns, action, row_key, changed, place, is_chosen
-- The changes of rows of table $6 after $7 and entry $8: those of each key of $9, the newest first.  $9 is a JSON array of
-- arrays with what entries may have for a key; place is that of the key, from 0.
-- is_chosen: they are undone, see the macro.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed, k.number - 1 as place,
	coalesce({undone:e}, false) as is_chosen
from pg_catalog.json_array_elements(cast($9 as pg_catalog.json)) with ordinality as k (names, number)
cross join lateral pg_catalog.json_array_elements_text(k.names) as n (name)
join dbcare.audit_shape as s on s.table_id = $6
-- OFFSET, so that the index of keys finds them
cross join lateral (select * from dbcare.audit_entry as a
	where a.shape_id = s.shape_id and a.row_key = n.name
		and pg_catalog."left"(a.row_key, 200) = pg_catalog."left"(n.name, 200) offset 0) as e
where e.action in ('insert', 'update', 'delete') and e.logged_at > cast($7 as timestamptz) and e.entry_id > $8
order by k.number, e.entry_id desc
