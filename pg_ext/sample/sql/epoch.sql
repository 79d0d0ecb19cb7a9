-- columns: epoch, process
-- A value that changes whenever counters may have been reset, and the process
-- that counts statements, which is the same for all sessions.
select pg_catalog.concat_ws(' ', pg_catalog.pg_postmaster_start_time(), d.stats_reset,
		pg_catalog.pg_stat_get_bgwriter_stat_reset_time()) as epoch,
	'' as process
from pg_catalog.pg_stat_database as d
where d.datname = pg_catalog.current_database()
