-- columns: epoch, process
-- What changes whenever a counter may have started anew, and who counts
-- statements; $1 is what the host knows.
select coalesce(json_extract($1, '$.epoch'), '') as epoch,
	coalesce(json_extract($1, '$.process'), '') as process
