-- columns: cutoff, past, marked_at
-- The time $1 days ago, the condition that a row was marked before it, and when a
-- row was marked.  With 0 days no time is too late: clocks are set back.
select {postgresql:c.at::text}{sqlite:c.at} as cutoff,
	{postgresql:pg_catalog.format('deleted_at <= %L::pg_catalog.timestamptz', c.at)}{sqlite:printf('strftime(''%%Y-%%m-%%dT%%H:%%M:%%fZ'', deleted_at) <= %Q', c.at)} as past,
	{postgresql:'pg_catalog.to_char(deleted_at::pg_catalog.timestamptz at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'')'}{sqlite:'strftime(''%Y-%m-%dT%H:%M:%fZ'', deleted_at)'} as marked_at
from (select {postgresql:case when $1 = 0 then 'infinity' else pg_catalog.clock_timestamp() - pg_catalog.make_interval(days => cast($1 as int4)) end}{sqlite:case when $1 = 0 then '9999-12-31T23:59:59.999Z' else strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || $1 || ' days') end} as at) as c
