-- columns: none
-- Adds up periods before $1, which is a full hour, by hour.
with old as (
	delete from dbcare.wait_event as w
	where w.bucket_at < cast($1 as timestamptz)
		and w.bucket_at <> pg_catalog.date_trunc('hour', w.bucket_at, 'UTC')
	returning w.*
)
insert into dbcare.wait_event as w (bucket_at, fingerprint, event_type, event, samples, sessions)
select pg_catalog.date_trunc('hour', o.bucket_at, 'UTC'), o.fingerprint, o.event_type, o.event,
	pg_catalog.sum(o.samples), pg_catalog.sum(o.sessions)
from old as o
group by 1, 2, 3, 4
on conflict (bucket_at, fingerprint, event_type, event) do update
	set samples = w.samples + excluded.samples, sessions = w.sessions + excluded.sessions
