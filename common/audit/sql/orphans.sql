-- columns: entry_id, missing
-- Entries that refer to a row of dbcare's tables which does not exist: lists of
-- the log leave them out, or do not say who made the change.
select e.entry_id, case when s.shape_id is null then 'shape' when t.table_id is null then 'table' else 'context' end as missing
from {.audit_entry} as e
left join {.audit_shape} as s on s.shape_id = e.shape_id
left join {.audited_table} as t on t.table_id = s.table_id
left join {.audit_context} as c on c.context_id = e.context_id
where s.shape_id is null or c.context_id is null{sqlite: and e.context_id is not null}
	-- an act may be about a table that was never logged
	or t.table_id is null and e.action in ('insert', 'update', 'delete', 'truncate')
order by e.entry_id
limit 100
