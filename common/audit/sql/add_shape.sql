-- columns: shape_id
-- Records the columns $2 of table $1.
insert into {.audit_shape} (shape_id, table_id, columns) values ({next:audit_shape_shape_id_seq}, $1, $2) returning shape_id
