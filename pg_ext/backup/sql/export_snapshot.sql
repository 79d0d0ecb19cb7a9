-- columns: id
select pg_catalog.pg_export_snapshot() as id
