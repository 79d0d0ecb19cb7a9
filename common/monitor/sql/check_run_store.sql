-- columns: none
-- Stores the result of a check.
insert into {.check_run} (check_id, run_at, duration_ms, severity, findings)
values ($1, cast($2 as {timestamp}), $3, $4, cast($5 as integer))
on conflict (check_id) do update set run_at = excluded.run_at,
	duration_ms = excluded.duration_ms, severity = excluded.severity,
	findings = excluded.findings
