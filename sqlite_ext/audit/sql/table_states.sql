-- columns: table_id, state
-- The rows of audited_table as seals and entries have them; only that of table $1,
-- if it is not null.
select a.table_id, json_array({exact:a.table_name}, {exact:a.mode}, {exact:a.options}, {exact:a.enabled_at},
	{exact:a.enabled_by}, {exact:a.disabled_at}, {exact:a.triggers}) as state
from main.dbcare_audited_table as a
where a.table_id = coalesce($1, a.table_id)
order by a.table_id
