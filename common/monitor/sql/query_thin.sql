-- columns: none
-- Keeps the 100 most expensive statements of each hour before $1.
delete from {.query_seen}
where (fingerprint, hour_at) in (
	select r.fingerprint, r.hour_at
	from (select s.fingerprint, s.hour_at,
			row_number() over (partition by s.hour_at order by s.total_ms desc, s.fingerprint) as place
		from {.query_seen} as s
		where s.hour_at < cast($1 as {timestamp})) as r
	where r.place > 100)
