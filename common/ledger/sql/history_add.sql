-- columns: none
-- Logs an event.
insert into {.history} (event, version, name, checksum, up_sql, down_sql, actor,
	role_name, happened_at, application, duration_ms, error, app_version,
	git_sha, ticket, hash, event_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, cast($9 as {timestamp}), $10,
	cast($11 as bigint), $12, $13, $14, $15, $16, $17)
