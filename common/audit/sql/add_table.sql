-- columns: table_id
-- Records that changes of table $1 are logged, in mode $2 with options $3, by $4.
-- $5 is not used: the table has no number.
insert into {.audited_table} (table_name, mode, options, enabled_by{postgresql:, is_secured})
select $1, $2, $3, $4{postgresql:, c.relrowsecurity from pg_catalog.pg_class as c}
where $5 = 0{postgresql: and c.oid = pg_catalog.to_regclass($1)}
returning table_id
