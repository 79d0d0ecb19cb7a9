-- columns: engine_version, database, read_only, size_bytes
-- Version and state of the server; the version without the packager's suffix.
select pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as engine_version,
	cast(pg_catalog.current_database() as text) as database,
	pg_catalog.pg_is_in_recovery()
		or pg_catalog.current_setting('transaction_read_only') = 'on' as read_only,
	case when pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CONNECT')
			or pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
		then pg_catalog.pg_database_size(pg_catalog.current_database()) end as size_bytes
order by 1
