-- columns: version, message
-- Migrations that differ from the log.  The registered text must be the last one
-- that was registered, the applied text any one that was.
with last (version, registered, applied, reverted, repaired) as (
	select h.version, {postgresql:pg_catalog.}max(case when h.event = 'register' then h.event_id end),
		{postgresql:pg_catalog.}max(case when h.event in ('apply', 'baseline') then h.event_id end),
		{postgresql:pg_catalog.}max(case when h.event = 'rollback' then h.event_id end),
		{postgresql:pg_catalog.}max(case when h.event = 'repair' then h.event_id end)
	from {.history} as h
	group by h.version
), difference (version, place, message) as (
	select m.version, 1, 'the registered text is not the one in the log'
	from {.migration} as m
	left join last as e on e.version = m.version
	left join {.history} as h on h.event_id = e.registered
	where h.event_id is null or h.name <> m.name or h.up_sql <> m.up_sql or h.checksum <> m.checksum
		or coalesce(h.down_sql, '') <> coalesce(m.down_sql, '')
	union all
	select l.version, 2, 'the applied text is not in the log'
	from {.ledger} as l
	left join {.history} as h on h.version = l.version and h.event = 'register'
		and h.up_sql = l.up_sql and h.checksum = l.checksum
		and coalesce(h.down_sql, '') = coalesce(l.down_sql, '')
	where l.up_sql <> '' and h.event_id is null
	union all
	select l.version, 3, 'the migration is in the ledger, but the log does not record it as applied'
	from {.ledger} as l
	left join last as e on e.version = l.version
	where e.applied is null or e.applied < e.reverted
	union all
	select e.version, 4, 'the log records the migration as applied, but it is not in the ledger'
	from last as e
	left join {.ledger} as l on l.version = e.version
	where l.version is null and e.applied > coalesce(e.reverted, 0) and e.applied > coalesce(e.repaired, 0)
	union all
	select distinct t.version, 5, 'the log records the migration as applied twice, with no rollback in between'
	from (select h.version, h.event, h.checksum,
			{postgresql:pg_catalog.}lag(h.event) over w as event_before,
			{postgresql:pg_catalog.}lag(h.checksum) over w as checksum_before
		from {.history} as h
		where h.event in ('apply', 'rollback', 'repair')
		window w as (partition by h.version order by h.event_id)) as t
	where t.event = 'apply' and t.event_before = 'apply' and t.checksum = t.checksum_before
)
select d.version, d.message
from difference as d
order by d.version, d.place
