-- columns: event_id
-- Stores an event.
insert into {.event} (event_id, at, who, role, application, address, function_name, arguments, outcome, sqlstate, duration_ms)
values ({next:event_event_id_seq}, cast($1 as {timestamp}), $2, $3, {application}, {postgresql:pg_catalog.host(pg_catalog.inet_client_addr())}{sqlite:null},
	$4, $5, $6, $7, $8)
returning event_id
