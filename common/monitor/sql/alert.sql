-- columns: alert, object, cleared_at
-- A raised alert.
select alert, object, {iso:cleared_at} as cleared_at
from {.alert}
where alert_id = $1 and raised_at is not null
