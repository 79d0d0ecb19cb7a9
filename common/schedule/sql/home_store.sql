-- columns: none
-- Schedules of server $3 belong to server $1 on timeline $2.
update {.schedule} set home = $1, home_timeline = $2 where home = $3
