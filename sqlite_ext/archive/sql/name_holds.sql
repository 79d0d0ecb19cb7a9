-- columns: none
-- Gives the keys of held rows the present names of their columns, which only the triggers
-- of their tables know.
update main.dbcare_hold as h set row_key = {hold_key:h}, key_columns = {hold_columns:h}
where {hold_columns:h} <> '[]' and (h.row_key <> {hold_key:h} or h.key_columns <> {hold_columns:h})
