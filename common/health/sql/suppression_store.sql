-- columns: none
-- Suppresses findings of a check.
insert into {.suppression} (check_id, object_pattern, reason, until_at, created_by)
values ($1, $2, $3, cast($4 as {timestamp}), $5)
on conflict (check_id, object_pattern) do update set reason = excluded.reason,
	until_at = excluded.until_at, created_at = excluded.created_at,
	created_by = excluded.created_by
