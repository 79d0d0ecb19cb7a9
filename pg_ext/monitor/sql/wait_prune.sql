-- columns: none
-- Deletes what is older than $1, and all but the 100 most frequent rows of each
-- period before $2.
delete from dbcare.wait_event
where bucket_at < cast($1 as timestamptz) or (bucket_at, fingerprint, event_type, event) in (
	select r.bucket_at, r.fingerprint, r.event_type, r.event
	from (select w.*, pg_catalog.row_number() over (partition by w.bucket_at
				order by w.sessions desc, w.fingerprint, w.event_type, w.event) as place
		from dbcare.wait_event as w
		where w.bucket_at < cast($2 as timestamptz)) as r
	where r.place > 100)
