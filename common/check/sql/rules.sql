-- columns: name, table_name, expression, condition, severity, message, repair_sql, created_at, created_by, author
-- The data rules.
select name, table_name, expression, condition, severity, message, repair_sql,
	{iso:created_at} as created_at, created_by, author
from {.rule}
order by name
