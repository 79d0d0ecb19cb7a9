-- columns: none
-- Holds the row with key $2 of table $1 for reason $3, by $4; $5 is the number of the
-- table on PostgreSQL.
insert into {.hold} (hold_id, table_name, row_key, reason, held_by{postgresql:, table_id})
select {next:hold_hold_id_seq}, $1, $2, $3, $4{postgresql:, $5}
where $5 >= cast(0 as bigint)
