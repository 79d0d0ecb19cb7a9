-- columns: none
-- Ends the mirroring of other ledgers: only one is mirrored at a time.
update {.adoption} set keep_old = {false} where keep_old and table_name <> $1
