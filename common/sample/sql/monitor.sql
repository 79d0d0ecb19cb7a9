-- columns: enabled, interval_seconds, options, changed_at, changed_by
-- The arguments of the last dbmonitor_start().
select enabled, interval_seconds, options, {iso:changed_at} as changed_at, changed_by
from {.monitor}
