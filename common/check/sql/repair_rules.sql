-- columns: name, table_name, expression, condition, repair_sql
-- The data rules: name, table, expression and condition, assignments of the
-- repair.
select name, table_name, expression, condition, repair_sql
from {.rule}
order by name
