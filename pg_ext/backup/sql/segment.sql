-- columns: name
-- The file of the log that this server writes.
select pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()) as name
