-- columns: row_key, shape_id, columns
-- The keys that the entries of table $1 have, by their shapes.
select k.row_key, k.shape_id, s.columns
from (
	select distinct e.row_key, e.shape_id
	from {.audit_shape} as s
	-- in this order, so that SQLite reads the index of keys alone
	cross join {.audit_entry} as e
	where s.table_id = $1 and e.shape_id = s.shape_id and e.row_key is not null
	union
	select e.moved_to, e.shape_id
	from {.audit_shape} as s
	cross join {.audit_entry} as e
	where s.table_id = $1 and e.shape_id = s.shape_id and e.moved_to is not null
) as k
join {.audit_shape} as s on s.shape_id = k.shape_id
order by k.shape_id
