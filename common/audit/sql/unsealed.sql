-- columns: entry_id, transaction_id, next_transaction, logged_at, table_id, columns, noted_at, user_name, role_name, application, address, actor, action, row_key, moved_to, changed
-- The first $4 entries after entry $2 of transaction $1 in the order of sealing,
-- without those up to entry $3, which are from other clusters.  [PG] Only
-- transactions that no running one precedes: no entry can appear before them.
select {audit_entry}
from {.audit_entry} as e
left join {.audit_shape} as s on s.shape_id = e.shape_id
left join {.audit_context} as c on c.context_id = e.context_id
where e.entry_id > $3
	and {postgresql:(e.transaction_id, e.entry_id) > ($1, $2)
	and e.transaction_id < cast(cast(pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) as text) as bigint)}{sqlite:e.entry_id > $2 and $1 is not null}
order by {postgresql:e.transaction_id, }e.entry_id
limit $4
