-- columns: repair_id, quarantine_id, table_name, constraint_name, action, row_key, row_data, actor, happened_at, reason, undone_at
-- The rows saved by repairs, the oldest first.
select q.repair_id, q.quarantine_id, q.table_name, q.constraint_name, q.action,
	q.row_key, q.row_data, r.actor, {iso:r.happened_at} as happened_at, q.reason,
	{iso:r.undone_at} as undone_at
from {.quarantine} as q
join {.repair} as r on r.repair_id = q.repair_id
order by q.quarantine_id
