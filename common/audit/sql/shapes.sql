-- columns: columns
-- The columns of table $1 over time, the last ones first.
select columns from {.audit_shape} where table_id = $1 order by shape_id desc
