-- columns: none
-- Records what a command has dropped ($1: who, $2: its statement).
insert into dbcare.schema_change (change_id, object, command, changed_by, application, client, statement)
select {next:schema_change_change_id_seq}, o.object_identity, o.command, $1,
	nullif(pg_catalog.current_setting('application_name'), ''), cast(pg_catalog.inet_client_addr() as text), $2
from (
	select d.object_identity, 'DROP ' || pg_catalog.upper(d.object_type) as command
	from pg_catalog.pg_event_trigger_dropped_objects() as d
	where not d.is_temporary and d.object_identity is not null
		and coalesce(d.schema_name, '') <> 'dbcare' and coalesce(d.schema_name, '') !~ '^pg_'
		and d.object_type not in ('type', 'default value', 'toast table', 'table constraint')
	order by d.object_identity
	offset 0 -- numbered in this order
) as o
