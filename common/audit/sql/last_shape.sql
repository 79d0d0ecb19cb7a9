-- columns: shape_id
-- The number of the columns of table $1, if the last ones recorded are $2.
select s.shape_id
from {.audit_shape} as s
where s.table_id = $1 and s.columns = $2
	and s.shape_id = (select max(l.shape_id) from {.audit_shape} as l where l.table_id = $1)
