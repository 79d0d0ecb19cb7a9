-- columns: none
-- Deletes slow executions before $1, and all but the last $2.
delete from {.slow_log}
where started_at < cast($1 as {timestamp}) or (source, number) in (
	select r.source, r.number
	from (select s.source, s.number,
			row_number() over (order by s.started_at desc, s.source, s.number desc) as place
		from {.slow_log} as s) as r
	where r.place > $2)
