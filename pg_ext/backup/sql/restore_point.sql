-- columns: lsn
select cast(pg_catalog.pg_create_restore_point($1) as text) as lsn
