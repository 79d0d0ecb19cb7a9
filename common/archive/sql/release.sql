-- columns: reason
-- Ends hold $1.
delete from {.hold} where hold_id = $1
returning reason
