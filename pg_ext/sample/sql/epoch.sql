-- columns: epoch, process
-- What changes whenever a counter may have started anew, and who counts
-- statements: nobody has to be told apart.
select pg_catalog.concat_ws(' ', pg_catalog.pg_postmaster_start_time(), d.stats_reset,
		pg_catalog.pg_stat_get_bgwriter_stat_reset_time()) as epoch,
	'' as process
from pg_catalog.pg_stat_database as d
where d.datname = pg_catalog.current_database()
