-- columns: epoch, process
-- A value that changes whenever counters may have been reset, and the source of
-- statement statistics; $1 contains the host's facts.
select coalesce(json_extract($1, '$.epoch'), '') as epoch,
	coalesce(json_extract($1, '$.process'), '') as process
