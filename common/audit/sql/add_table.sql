-- columns: table_id
-- Records that changes of table $1 are logged, in mode $2 with options $3, by $4.
-- $5 is not used: the table is not recorded; $6 is its number on PostgreSQL.
insert into {.audited_table} (table_name, mode, options, enabled_by{postgresql:, table_id})
select $1, $2, $3, $4{postgresql:, $6}
where $5 = 0 and $6 >= cast(0 as bigint)
returning table_id
