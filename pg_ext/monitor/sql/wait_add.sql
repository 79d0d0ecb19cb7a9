-- columns: none
-- Adds what sessions do or wait for.
insert into dbcare.wait_event as w (bucket_at, fingerprint, event_type, event, samples, sessions)
values (cast($1 as timestamptz), $2, $3, $4, 1, $5)
on conflict (bucket_at, fingerprint, event_type, event) do update
	set samples = w.samples + 1, sessions = w.sessions + excluded.sessions
