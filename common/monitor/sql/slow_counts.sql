-- columns: executions, dropped
-- The numbers of stored slow executions and of those dropped between them.
select count(number) as executions, cast(coalesce(sum(dropped), 0) as bigint) as dropped from {.slow_log}
