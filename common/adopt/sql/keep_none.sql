-- columns: none
-- Ends the keeping of other ledgers: there is one at a time.
update {.adoption} set keep_old = {false} where keep_old and table_name <> $1
