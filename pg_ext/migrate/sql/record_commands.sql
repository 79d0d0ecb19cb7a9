-- columns: none
-- Records what a command has created or altered ($1: who, $2: its statement).
insert into dbcare.schema_change (change_id, object, command, changed_by, application, client, statement)
select {next:schema_change_change_id_seq}, o.object_identity, o.command, $1,
	nullif(pg_catalog.current_setting('application_name'), ''), cast(pg_catalog.inet_client_addr() as text), $2
from (
	select c.object_identity, c.command_tag as command
	from pg_catalog.pg_event_trigger_ddl_commands() as c
	where not c.in_extension and c.object_identity is not null
		and coalesce(c.schema_name, '') <> 'dbcare' and coalesce(c.schema_name, '') !~ '^pg_'
	order by c.object_identity
	offset 0 -- numbered in this order
) as o
