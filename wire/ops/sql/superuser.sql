-- columns: is_superuser
-- Whether the user can do what a superuser can, also by programs and files of the
-- server.
select r.rolsuper or pg_catalog.pg_has_role('pg_execute_server_program', 'MEMBER')
	or pg_catalog.pg_has_role('pg_write_server_files', 'MEMBER') as is_superuser
from pg_catalog.pg_roles as r
where r.rolname = current_user
