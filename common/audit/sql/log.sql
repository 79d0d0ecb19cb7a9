-- columns: entry_id, logged_at, actor, user_name, role_name, application, address, table_name, row_key, action, changed, transaction_id
-- The last $7 entries of table $1, whose name is $8, with action $2, actor $3, since $4
-- and until $5, of transaction $6; null: of all.  The newest first.
select e.entry_id, {iso:e.logged_at} as logged_at, coalesce(nullif(c.actor, ''), nullif(c.user_name, '')) as actor,
	nullif(c.user_name, '') as user_name, nullif(c.role_name, '') as role_name,
	nullif(c.application, '') as application, nullif(c.address, '') as address, coalesce(t.table_name, {postgresql:cast(e.changed as pg_catalog.jsonb) ->> 'table'}{sqlite:json_extract(e.changed, '$.table')}) as table_name, e.row_key, e.action,
	e.changed, e.transaction_id
from {.audit_entry} as e
-- [PG] OFFSET, so that entries are read by their numbers, up to the limit, which the plan does not know
{postgresql:cross join lateral (select a.table_id from dbcare.audit_shape as a where a.shape_id = e.shape_id offset 0) as s}{sqlite:join main.dbcare_audit_shape as s on s.shape_id = e.shape_id}
-- not of a table that was never logged, whose protection was changed
{postgresql:left join lateral (select a.table_id, a.table_name from dbcare.audited_table as a where a.table_id = s.table_id offset 0) as t on true
left join lateral (select a.* from dbcare.audit_context as a where a.context_id = e.context_id offset 0) as c on true}{sqlite:left join main.dbcare_audited_table as t on t.table_id = s.table_id
left join main.dbcare_audit_context as c on c.context_id = e.context_id}
where ($1 is null or s.table_id = cast($1 as bigint)
		or case when t.table_id is null then {postgresql:cast(e.changed as pg_catalog.jsonb) ->> 'table'}{sqlite:json_extract(e.changed, '$.table')} end = $8) and ($2 is null or e.action = $2)
	and ($3 is null or coalesce(nullif(c.actor, ''), c.user_name) = $3)
	and ($4 is null or e.logged_at >= {postgresql:cast($4 as timestamptz)}{sqlite:$4})
	and ($5 is null or e.logged_at < {postgresql:cast($5 as timestamptz)}{sqlite:$5})
	and ($6 is null or e.transaction_id = cast($6 as bigint))
order by e.entry_id desc
limit $7
