-- columns: none
-- Holds the row with key $2, and the values $7 of one of several columns, of table $1 for reason $3, by $4; $5 is the number of the
-- table, and on PostgreSQL $6 that of the partition that has the row.
insert into {.hold} (hold_id, table_name, row_key, key_values, reason, held_by, table_id{postgresql:, part_id}{sqlite:, key_columns})
select {next:hold_hold_id_seq}, $1, $2, cast($7 as text), $3, $4, $5{postgresql:, $6}{sqlite:,} {key_columns:$1}
where $6 >= cast(0 as bigint)
