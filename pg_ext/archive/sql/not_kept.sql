-- columns: table_name
-- as owner
-- The tables from which the deletion of batch $1 may have deleted rows, or whose rows may
-- have lost their parents, without that these were kept.
select distinct e.name as table_name
from dbcare.trash as t
cross join lateral pg_catalog.jsonb_array_elements_text(cast(t.not_kept as pg_catalog.jsonb)) as e (name)
where t.batch_id = $1 and t.action = 'delete'
order by 1
