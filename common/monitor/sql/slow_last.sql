-- columns: number
-- The number of the last stored slow execution of source $1, 0 if there is none.
select coalesce(max(number), 0) as number from {.slow_log} where source = $1
