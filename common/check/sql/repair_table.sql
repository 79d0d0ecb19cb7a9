-- columns: identity
-- The identity of table $2 at the time of repair $1.
select identity from {.repair_table} where repair_id = $1 and table_name = $2
