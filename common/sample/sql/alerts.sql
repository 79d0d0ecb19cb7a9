-- columns: alert_id, alert, severity, object, value, threshold, message, raised_at, acked_at, acked_by, note, cleared_at
-- Raised alerts, the worst first, then cleared ones if $1 is true; at most $2.
-- A file may have values of other types.
select cast(alert_id as bigint) as alert_id, cast(alert as text) as alert, cast(severity as text) as severity,
	cast(object as text) as object, cast(value as double precision) as value, cast(threshold as double precision) as threshold,
	cast(message as text) as message, {iso:raised_at} as raised_at, {iso:acked_at} as acked_at, cast(acked_by as text) as acked_by,
	cast(note as text) as note, {iso:cleared_at} as cleared_at
from {.alert}
where raised_at is not null and (cleared_at is null or $1)
order by case when cleared_at is null then 0 else 1 end,
	case when cleared_at is not null then 0 when severity = 'critical' then 0 else 1 end,
	raised_at desc, alert_id desc
limit $2
