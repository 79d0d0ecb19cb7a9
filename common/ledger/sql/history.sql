-- columns: event_id, event, version, name, actor, role_name, happened_at, application, duration_ms, error, checksum, app_version, git_sha, ticket, hash
-- The whole log, oldest first.
select event_id, event, version, name, actor, role_name, {iso:happened_at} as happened_at,
	application, duration_ms, error, checksum, app_version, git_sha, ticket, hash
from {.history}
order by event_id
