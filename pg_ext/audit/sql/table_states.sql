-- columns: table_id, state
-- The rows of audited_table as seals and entries have them; only that of table $1,
-- if it is not null.
select a.table_id, cast(pg_catalog.jsonb_build_array(a.table_name, a.mode, a.options, {exact_iso:a.enabled_at}, a.enabled_by,
	{exact_iso:a.disabled_at}, a.triggers) as text) as state
from dbcare.audited_table as a
where a.table_id = coalesce($1, a.table_id)
order by a.table_id
