-- columns: none
-- Updates an alert whose condition is still met.
update {.alert}
set severity = $2, value = cast($3 as double precision), threshold = cast($4 as double precision),
	message = $5, last_at = cast($6 as {timestamp})
where alert_id = $1
