-- columns: none
-- Records that table $1 has no logged columns, if nothing is known of them.
insert into {.audit_shape} (table_id, columns)
select cast($1 as bigint), '[]'
where not exists (select 1 from {.audit_shape} as s where s.table_id = $1)
