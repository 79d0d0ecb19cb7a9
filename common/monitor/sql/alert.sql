-- columns: alert, object, cleared_at, note
-- A raised alert.
select alert, object, {iso:cleared_at} as cleared_at, note
from {.alert}
where alert_id = $1 and raised_at is not null
