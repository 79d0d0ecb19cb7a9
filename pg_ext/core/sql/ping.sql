-- columns: engine_version, database, read_only, size_bytes
-- Version and state of the server; the version without the packager's suffix.  Over a
-- connection what reads has a read-only transaction (wire/core/transaction.c).
select pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as engine_version,
	cast(pg_catalog.current_database() as text) as database,
	pg_catalog.pg_is_in_recovery()
		or pg_catalog.current_setting(case when pg_catalog.current_setting('dbcare.connection', true) = 'on'
			then 'default_transaction_read_only' else 'transaction_read_only' end) = 'on' as read_only,
	case when pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CONNECT')
			or pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
		then pg_catalog.pg_database_size(pg_catalog.current_database()) end as size_bytes
order by 1
