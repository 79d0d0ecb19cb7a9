-- columns: cutoff, past
-- The time $1 days ago, and the condition that a row was marked before it.
select {postgresql:c.at::text}{sqlite:c.at} as cutoff,
	{postgresql:pg_catalog.format('deleted_at <= %L::pg_catalog.timestamptz', c.at)}{sqlite:printf('strftime(''%%Y-%%m-%%dT%%H:%%M:%%fZ'', deleted_at) <= %Q', c.at)} as past
from (select {postgresql:pg_catalog.clock_timestamp() - pg_catalog.make_interval(days => cast($1 as int4))}{sqlite:strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || $1 || ' days')} as at) as c
