-- columns: columns
-- The columns of table $1 at $2, as far as entries tell: the only ones that it
-- had, else those of the last entry before, else of the first one after it, else
-- the last ones.
select s.columns
from {.audit_shape} as s
where s.shape_id = coalesce(
	(select case when count(distinct o.columns) = 1 then max(o.shape_id) end from {.audit_shape} as o where o.table_id = $1),
	(select e.shape_id from {.audit_entry} as e join {.audit_shape} as o on o.shape_id = e.shape_id
		where o.table_id = $1 and e.logged_at <= {postgresql:cast($2 as timestamptz)}{sqlite:$2} order by e.entry_id desc limit 1),
	(select e.shape_id from {.audit_entry} as e join {.audit_shape} as o on o.shape_id = e.shape_id
		where o.table_id = $1 and e.logged_at > {postgresql:cast($2 as timestamptz)}{sqlite:$2} order by e.entry_id limit 1),
	(select max(o.shape_id) from {.audit_shape} as o where o.table_id = $1))
