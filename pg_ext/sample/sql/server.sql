-- columns: database, timeline, has_received, in_recovery
-- What this server is; has_received tells whether it was a standby since it was started.
select d.oid::bigint as database,
	case when pg_catalog.pg_is_in_recovery() then 0
	else ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 1, 8))::pg_catalog.bit(32)::bigint
	end as timeline,
	pg_catalog.pg_last_wal_receive_lsn() is not null as has_received,
	pg_catalog.pg_is_in_recovery() as in_recovery
from pg_catalog.pg_database as d
where d.datname = pg_catalog.current_database()
