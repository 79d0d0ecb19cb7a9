-- columns: reloaded
-- Reads the configuration again.
select pg_catalog.pg_reload_conf() as reloaded
