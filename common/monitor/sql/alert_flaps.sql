-- columns: flaps
-- How often an alert has been cleared since $3.
select count(*) as flaps
from {.alert}
where alert = $1 and object = $2 and cleared_at >= cast($3 as {timestamp})
