-- columns: size, recovery, createdb
select pg_catalog.pg_database_size(pg_catalog.current_database()) as size,
	pg_catalog.pg_is_in_recovery() as recovery,
	(select r.rolcreatedb or r.rolsuper from pg_catalog.pg_roles as r where r.rolname = session_user) as createdb
