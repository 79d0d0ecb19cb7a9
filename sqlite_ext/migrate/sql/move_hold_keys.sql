-- columns: none
-- Gives the keys of held rows of table $1 the order $3 of its columns; it was $2.
update main.dbcare_hold as h set key_values = {moved_key}
where {hold_table:h} = $1 and {is_moved_key}
