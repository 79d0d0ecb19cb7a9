-- columns: none
-- Records that table $1 has no logged columns, if nothing is known of them.
insert into {.audit_shape} (shape_id, table_id, columns)
select {next:audit_shape_shape_id_seq}, cast($1 as bigint), '[]'
where not exists (select 1 from {.audit_shape} as s where s.table_id = $1)
