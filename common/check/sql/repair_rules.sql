-- columns: name, table_name, expression, condition, repair_sql, author
-- The data rules: name, table, expression and condition, assignments of the
-- repair, author.
select name, table_name, expression, condition, repair_sql, author
from {.rule}
order by name
