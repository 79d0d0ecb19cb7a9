-- columns: none
-- Holds the rows of the trash with key $2 and the values $3 of one of several columns, too, as hold $1.
insert into {.hold} (hold_id, table_name, row_key, key_values, reason, held_at, held_by, table_id{postgresql:, part_id}{sqlite:, key_columns})
select {next:hold_hold_id_seq}, h.table_name, $2, cast($3 as text), h.reason, h.held_at, h.held_by, h.table_id{postgresql:, h.part_id}{sqlite:, h.key_columns}
from {.hold} as h
where h.hold_id = $1
