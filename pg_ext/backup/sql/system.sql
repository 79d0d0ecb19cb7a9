-- columns: system_identifier
select cast(system_identifier as text) as system_identifier from pg_catalog.pg_control_system()
