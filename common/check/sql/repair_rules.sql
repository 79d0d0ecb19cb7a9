-- columns: name, table_name, expression, condition, repair_sql
-- The data rules: name, table, what holds for rows that violate it, assignments.
select name, table_name, expression, condition, repair_sql
from {.rule}
order by name
