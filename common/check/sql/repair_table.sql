-- columns: identity
-- What table $2 was when repair $1 changed it.
select identity from {.repair_table} where repair_id = $1 and table_name = $2
