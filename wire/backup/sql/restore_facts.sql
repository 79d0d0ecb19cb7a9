-- columns: superuser, taken
-- Whether the user is a superuser, and a database of that name exists.
select exists (select from pg_catalog.pg_roles as r where r.rolname = session_user and r.rolsuper) as superuser,
	exists (select from pg_catalog.pg_database as d where d.datname = $1) as taken
