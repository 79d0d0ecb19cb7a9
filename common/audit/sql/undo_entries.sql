-- columns: entry_id, shape_id, columns, action, row_key, changed, table_id, table_name
-- The changes of rows that are to be undone: entry $1, or those of transaction
-- $2, or of actor $3 since $4; null: of all.  By table, the newest first.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed, s.table_id, t.table_name
from {.audit_entry} as e
join {.audit_shape} as s on s.shape_id = e.shape_id
join {.audited_table} as t on t.table_id = s.table_id
left join {.audit_context} as c on c.context_id = e.context_id
where e.action in ('insert', 'update', 'delete')
	-- ranges, so that an index finds them
	and e.entry_id between coalesce(cast($1 as bigint), 0) and coalesce(cast($1 as bigint), 9223372036854775807)
	and e.transaction_id between coalesce(cast($2 as bigint), 0) and coalesce(cast($2 as bigint), 9223372036854775807)
	and ($3 is null or coalesce(nullif(c.actor, ''), c.user_name) = $3)
	and ($4 is null or e.logged_at >= {postgresql:cast($4 as timestamptz)}{sqlite:$4})
order by s.table_id, e.entry_id desc
