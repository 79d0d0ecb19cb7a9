-- columns: none
-- Acknowledges an alert; without a note the one it has stays.
update {.alert}
set acked_at = cast($2 as {timestamp}), acked_by = $3, note = coalesce($4, note)
where alert_id = $1
