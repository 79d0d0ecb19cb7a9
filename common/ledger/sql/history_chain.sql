-- columns: event, version, name, checksum, up_sql, down_sql, actor, role_name, happened_at, application, duration_ms, error, app_version, git_sha, ticket, hash, event_id
-- The whole log, oldest event first: the hashed columns, the hash and the number.
select event, version, name, checksum, up_sql, down_sql, actor, role_name,
	{iso:happened_at} as happened_at, application, duration_ms, error, app_version, git_sha,
	ticket, hash, event_id
from {.history}
order by event_id
