-- columns: none
-- Stores a data rule.
insert into {.rule} (name, table_name, expression, condition, severity, message,
	repair_sql, created_by, author)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
