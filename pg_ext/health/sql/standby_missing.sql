-- columns: {finding}
-- Standbys of synchronous_standby_names compared with those that stream as
-- synchronous.  With fewer than the required number, commits wait; with fewer
-- than listed, one more failure may be too many.
with declared as (
	select pg_catalog.current_setting('synchronous_standby_names') as text
), parsed as (
	select coalesce(cast((pg_catalog.regexp_match(d.text, '^\s*(?:(?:first|any)\s+)?(\d+)\s*\(', 'i'))[1] as bigint), 1) as needed,
		pg_catalog.regexp_replace(coalesce((pg_catalog.regexp_match(d.text, '\((.*)\)'))[1], d.text),
			'"([^"]|"")*"', 'name', 'g') as names
	from declared as d
	where pg_catalog.btrim(d.text) <> ''
), counted as (
	select p.needed,
		case when p.names ~ '\*' then p.needed
			else 1 + pg_catalog.length(p.names) - pg_catalog.length(pg_catalog.replace(p.names, ',', '')) end as listed,
		(select pg_catalog.count(*) from pg_catalog.pg_stat_replication as r
			where r.state = 'streaming' and r.sync_state <> 'async') as streaming,
		not {sees_sessions} and exists (select from pg_catalog.pg_stat_replication as r where r.state is null) as is_hidden
	from parsed as p
)
select case when c.is_hidden then 'unknown' when c.streaming < c.needed then 'critical' else 'warning' end as severity,
	'synchronous_standby_names' as object,
	cast(c.streaming as double precision) as value,
	pg_catalog.format('%s %s listed, %s %s needed%s', c.listed, case c.listed when 1 then 'is' else 'are' end,
		c.needed, case c.needed when 1 then 'is' else 'are' end,
		case when c.streaming < c.needed then ': commits wait' end) as detail,
	cast(null as text) as fix_sql,
	case when c.is_hidden then 'membership in pg_monitor is needed to see standbys' end as reason,
	cast(null as text) as probe
from counted as c
where not pg_catalog.pg_is_in_recovery() and (c.is_hidden or c.streaming < greatest(c.needed, c.listed))
union all
select 'not_applicable', null, null, null, null, 'a standby waits for no other standby', null
where pg_catalog.pg_is_in_recovery()
order by 2
