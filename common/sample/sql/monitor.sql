-- columns: enabled, interval_seconds, options, changed_at, changed_by
-- What dbmonitor_start() was told last.
select enabled, interval_seconds, options, {iso:changed_at} as changed_at, changed_by
from {.monitor}
