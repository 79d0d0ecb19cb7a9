-- columns: is_standby, lag_bytes, lag_seconds
-- Whether this is a standby, and how far its replay is behind.
select pg_catalog.pg_is_in_recovery() as is_standby,
	cast(case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_wal_lsn_diff(
		pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn()) end as bigint) as lag_bytes,
	case when not pg_catalog.pg_is_in_recovery() then null
		when pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() then 0
		else cast(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()
			- pg_catalog.pg_last_xact_replay_timestamp()) as double precision) end as lag_seconds
