-- columns: {finding}
-- Indexes above 1 MB that no query has used since the statistics were reset, at
-- least 35 days ago (some jobs run monthly), on tables with at least ten scans.
-- Without a reset, counting began with the start of the server.  Not included
-- are unique and exclusion indexes, those of the replica identity and CLUSTER,
-- expression indexes, which have statistics, and the only index of a foreign
-- key.  A partitioned index is checked as a whole.  Queries on standbys are not
-- counted here.
with evidence as (
	select pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp()
			- coalesce(s.stats_reset, pg_catalog.pg_postmaster_start_time())) / 86400) as days,
		exists (select from pg_catalog.pg_stat_replication as r where r.pid is not null)
			or exists (select from pg_catalog.pg_replication_slots as p
				where p.slot_type = 'physical') as has_standbys
	from pg_catalog.pg_stat_database as s
	where s.datname = pg_catalog.current_database() and not pg_catalog.pg_is_in_recovery()
), unread as (
	select coalesce(pg_catalog.pg_partition_root(i.indexrelid), i.indexrelid) as root,
		pg_catalog.sum(x.relpages) * cast(pg_catalog.current_setting('block_size') as double precision) as bytes
	from evidence as e
	cross join pg_catalog.pg_index as i
	join pg_catalog.pg_class as x on x.oid = i.indexrelid
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	where e.days >= 35 and {user_schema:n}
	group by 1
	having pg_catalog.sum(pg_catalog.pg_stat_get_numscans(i.indexrelid)) = 0
		and pg_catalog.sum(x.relpages) * cast(pg_catalog.current_setting('block_size') as bigint) > 1 << 20
), spare as (
	select u.bytes, n.nspname, x.relname, x.relkind, i.indrelid, i.indexrelid, i.indkey::int2[] as keys
	from unread as u
	join pg_catalog.pg_index as i on i.indexrelid = u.root
	join pg_catalog.pg_class as x on x.oid = u.root
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	where i.indisvalid and i.indexprs is null
		and not (i.indisunique or i.indisexclusion or i.indisreplident or i.indisclustered)
		and (x.relkind = 'I' or 10 <= pg_catalog.pg_stat_get_numscans(i.indrelid) + (
			select pg_catalog.sum(pg_catalog.pg_stat_get_numscans(other.indexrelid))
			from pg_catalog.pg_index as other
			where other.indrelid = i.indrelid))
		and {not_in_extension:i.indrelid}
), total as (
	select pg_catalog.sum(c.relpages) * cast(pg_catalog.current_setting('block_size') as double precision) as bytes
	from pg_catalog.pg_class as c
)
select case when s.bytes > 100 << 20 then 'warning' when s.bytes < 10 << 20 then 'info' end as severity,
	pg_catalog.format('%I.%I', s.nspname, s.relname) as object,
	100 * s.bytes / nullif(t.bytes, 0) as value,
	pg_catalog.format('%s days%s', e.days,
		case when e.has_standbys then ', on this server' end) as detail,
	case when not e.has_standbys then pg_catalog.format('DROP INDEX%s %I.%I;',
		case when s.relkind = 'i' then ' CONCURRENTLY' end, s.nspname, s.relname) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from spare as s
cross join evidence as e
cross join total as t
where not exists (select from pg_catalog.pg_constraint as con
	where con.conrelid = s.indrelid and con.contype = 'f'
		and con.conkey operator(pg_catalog.<@) s.keys[0:pg_catalog.cardinality(con.conkey) - 1]
		and not exists (select from pg_catalog.pg_index as other
			where other.indrelid = s.indrelid and other.indexrelid <> s.indexrelid
				and other.indisvalid and other.indpred is null
				and con.conkey operator(pg_catalog.<@)
					(other.indkey::int2[])[0:pg_catalog.cardinality(con.conkey) - 1]))
union all
select 'not_applicable', null, null, null, null,
	pg_catalog.format('statistics have been gathered for %s days; 35 are needed', e.days), null
from evidence as e
where e.days < 35
union all
select 'not_applicable', null, null, null, null,
	'a standby does not see the queries of the primary', null
where pg_catalog.pg_is_in_recovery()
order by 2
