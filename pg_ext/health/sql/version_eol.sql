-- columns: {finding}
-- The end of each major version's maintenance, as the PostgreSQL project has
-- announced it, and minor versions that can damage data.  The value is days
-- since the end: negative before it.  A version not listed is newer than this
-- list.
with running as (
	select cast(pg_catalog.current_setting('server_version_num') as integer) as number,
		pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as name
), maintained (major, until) as (
	values (11, date '2023-11-09'), (12, '2024-11-21'), (13, '2025-11-13'), (14, '2026-11-12'),
		(15, '2027-11-11'), (16, '2028-11-09'), (17, '2029-11-08'), (18, '2030-11-14')
), aged as (
	select r.name, m.until, cast(cast(pg_catalog.now() at time zone 'UTC' as date) - m.until as double precision) as days
	from running as r
	join maintained as m on m.major = r.number / 10000
), harmful (first, last, harm) as (
	values (140000, 140003, 'CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY can omit rows (fixed in 14.4)')
)
select cast(null as text) as severity,
	'PostgreSQL ' || a.name as object,
	a.days as value,
	case when a.days < 0 then 'is maintained until ' else 'has not been maintained since ' end
		|| pg_catalog.to_char(a.until, 'YYYY-MM-DD') as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from aged as a
where a.days >= least(cast($1 as double precision), cast($2 as double precision))
union all
select 'critical', 'PostgreSQL ' || r.name, null, 'can corrupt data: ' || h.harm, null, null, null
from running as r
join harmful as h on r.number between h.first and h.last
order by 2, 4
