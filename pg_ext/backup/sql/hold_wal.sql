-- columns: name
-- Keeps the log from here on until the slot is dropped, or the session ends.
select s.slot_name as name
from pg_catalog.pg_create_physical_replication_slot($1, true, true) as s
