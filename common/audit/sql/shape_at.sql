-- columns: columns
-- The columns of table $1 at $2: the last ones that it had by then, else the first ones.
with shape as (
	select o.shape_id, o.columns, case when o.noted_at is not null then o.noted_at <= {postgresql:cast($2 as timestamptz)}{sqlite:$2}
		else exists (select 1 from {.audit_entry} as e where e.shape_id = o.shape_id and e.logged_at <= {postgresql:cast($2 as timestamptz)}{sqlite:$2}) end as was_there
	from {.audit_shape} as o
	where o.table_id = $1 and o.columns <> '[]' -- of acts on a table that was never logged
)
select s.columns
from shape as s
where s.shape_id = coalesce((select max(o.shape_id) from shape as o where o.was_there), (select min(o.shape_id) from shape as o))
