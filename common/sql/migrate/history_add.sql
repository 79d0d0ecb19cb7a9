-- Logs an event.
insert into {.history} (event, version, name, checksum, actor, role_name,
	application, duration_ms, error, app_version, git_sha, ticket,
	happened_at)
values ($1, $2, $3, $4, $5, {role}, {application}, cast($6 as bigint), $7, $8,
	$9, $10, cast($11 as {timestamp}))
