-- columns: shape_id
-- Records the columns $2 of table $1.
insert into {.audit_shape} (table_id, columns) values ($1, $2) returning shape_id
