-- columns: dropped
-- Drops the slot of a backup of this session, if there is one.
select cast(pg_catalog.pg_drop_replication_slot(s.slot_name) as text) as dropped
from pg_catalog.pg_replication_slots as s
where s.slot_name = $1 and s.active_pid = pg_catalog.pg_backend_pid()
