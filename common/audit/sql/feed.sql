-- columns: entry_id, logged_at, actor, user_name, role_name, application, address, table_name, row_key, action, changed, transaction_id
-- The first $5 entries after entry $2, which has the next transaction $1, with
-- numbers above $3 and up to $4.  [PG] In the order of the next transactions: of a
-- row, the order of its changes.  Only if no running transaction can add entries
-- before, unless these are from another cluster ($6).
select e.entry_id, {iso:e.logged_at} as logged_at, coalesce(nullif(c.actor, ''), nullif(c.user_name, '')) as actor,
	nullif(c.user_name, '') as user_name, nullif(c.role_name, '') as role_name,
	nullif(c.application, '') as application, nullif(c.address, '') as address, coalesce(t.table_name, {postgresql:cast(e.changed as pg_catalog.jsonb) ->> 'table'}{sqlite:json_extract(e.changed, '$.table')}) as table_name, e.row_key, e.action,
	e.changed, e.transaction_id
from {.audit_entry} as e
join {.audit_shape} as s on s.shape_id = e.shape_id
-- not of a table that was never logged, whose protection was changed
left join {.audited_table} as t on t.table_id = s.table_id
left join {.audit_context} as c on c.context_id = e.context_id
-- not by its number, but by the index of this order
where {postgresql:e.entry_id + 0 > $3 and e.entry_id + 0 <= $4}{sqlite:e.entry_id > $3 and e.entry_id <= $4}
	and {postgresql:(e.next_transaction, e.entry_id) > ($1, $2)
	and ($6 or e.next_transaction <= cast(cast(pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) as text) as bigint))}{sqlite:e.entry_id > $2 and $1 is not null and $6 is not null}
order by {postgresql:e.next_transaction, }e.entry_id
limit $5
