-- Alerts that are raised, the worst and the oldest first.
select severity, alert, object, message, {iso:raised_at}, acked_by, note
from {.alert}
where raised_at is not null and cleared_at is null
order by case severity when 'critical' then 0 else 1 end, raised_at, alert_id
