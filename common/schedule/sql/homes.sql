-- columns: home, home_timeline, schedules
-- as owner
-- The servers that schedules belong to.
select home, home_timeline, cast(count(*) as bigint) as schedules from {.schedule} where home is not null group by home, home_timeline
