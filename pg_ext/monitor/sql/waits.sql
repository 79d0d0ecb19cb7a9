-- columns: bucket_at, fingerprint, query, event_type, event, samples, sessions
-- What statements waited for since $1, the latest periods first; at most $2.
select {iso:w.bucket_at} as bucket_at,
	nullif(w.fingerprint, '') as fingerprint,
	q.query,
	nullif(w.event_type, '') as event_type,
	nullif(w.event, '') as event,
	w.samples,
	w.sessions
from dbcare.wait_event as w
left join dbcare.query as q on q.fingerprint = w.fingerprint
where w.bucket_at >= cast($1 as timestamptz)
order by w.bucket_at desc, w.sessions desc, w.fingerprint, w.event_type, w.event
limit $2
