-- columns: hour_at, sqlstate, errors
-- Failed statements by hour and SQLSTATE since $1, the latest hours first; at
-- most $2.  Samples have counters, which begin again with the server.
with sampled as (
	select s.taken_at, s.errors, pg_catalog.lag(s.sample_id) over earlier is not null as has_before,
		coalesce(pg_catalog.lag(s.errors) over earlier, '{}') as before
	from dbcare.sample as s
	window earlier as (order by s.taken_at, s.sample_id)
), counted as (
	select s.taken_at, e.key as sqlstate, cast(e.value as bigint) as errors,
		coalesce(cast(cast(s.before as jsonb) ->> e.key as bigint), 0) as before
	from sampled as s
	cross join lateral pg_catalog.jsonb_each_text(cast(s.errors as jsonb)) as e
	where s.has_before and s.taken_at >= cast($1 as timestamptz) and s.errors <> s.before
), hourly as (
	select pg_catalog.date_trunc('hour', c.taken_at, 'UTC') as hour_at, c.sqlstate,
		cast(pg_catalog.sum(c.errors - case when c.before <= c.errors then c.before else 0 end) as bigint) as errors
	from counted as c
	group by 1, 2
)
select {iso:h.hour_at} as hour_at, h.sqlstate, h.errors
from hourly as h
where h.errors > 0
order by h.hour_at desc, h.errors desc, h.sqlstate
limit $2
