-- columns: bytes
select pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size')) as bytes
