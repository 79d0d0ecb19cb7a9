-- columns: entry_id, table_id, state, transaction_id
-- The entries that say how rows of audited_table were changed, by table, the last
-- one first.
select a.entry_id, a.table_id, a.state, a.transaction_id
from (
	select e.entry_id, e.transaction_id, s.table_id,
		case when e.action = 'protection' then {postgresql:cast(e.changed as pg_catalog.jsonb) ->> 'state'}{sqlite:json_extract(e.changed, '$.state')} end as state
	from {.audit_entry} as e
	join {.audit_shape} as s on s.shape_id = e.shape_id
	where e.action = 'protection'
) as a
where a.state is not null
order by a.table_id, a.entry_id desc
