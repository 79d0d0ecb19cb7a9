-- columns: row_key
-- The keys that the entries of table $1 have.
select distinct e.row_key
from {.audit_shape} as s
-- in this order, so that SQLite reads the index of keys alone
cross join {.audit_entry} as e
where s.table_id = $1 and e.shape_id = s.shape_id and e.row_key is not null
union
select e.moved_to
from {.audit_shape} as s
cross join {.audit_entry} as e
where s.table_id = $1 and e.shape_id = s.shape_id and e.moved_to is not null
