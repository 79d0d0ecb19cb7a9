-- columns: alert_id, alert, object, severity, pending_at, raised_at, last_at
-- Pending and raised alerts.
select alert_id, alert, object, severity, {iso:pending_at} as pending_at, {iso:raised_at} as raised_at, {iso:last_at} as last_at
from {.alert}
where cleared_at is null
order by alert_id
