-- columns: step, table_name, action, row_count
-- as owner
-- The steps of repair $1, the last one first: number, table, action, rows.
select step, table_name, action, count(*) as row_count
from {.quarantine}
where repair_id = $1
group by step, table_name, action
order by step desc
