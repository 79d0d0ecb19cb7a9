-- columns: {finding}
-- Rows changed since the last ANALYZE, by the cumulative statistics, compared
-- with twice the autovacuum threshold. pg_upgrade and a crash reset these
-- counters: for a table without ANALYZE only the size is known, which is not
-- read if that would wait for a lock.  Below 10,000 rows, as after filling a
-- small database, and where autovacuum comes often, the finding is only info:
-- autovacuum will follow.
with candidate as (
	select c.oid, n.nspname, c.relname, c.reloptions,
		pg_catalog.pg_stat_get_mod_since_analyze(c.oid) as changed,
		50 + 0.1 * greatest(c.reltuples, 0) as usual,
		c.reltuples <= 0 and c.relpages = 0
			and coalesce(pg_catalog.pg_stat_get_last_analyze_time(c.oid),
				pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)) is null as absent
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'm')
		and {user_schema:n}
		and {not_in_extension:c.oid}
), locked as (
	select l.relation
	from pg_catalog.pg_locks as l
	join pg_catalog.pg_database as d on d.oid = l.database
	where d.datname = pg_catalog.current_database() and l.locktype = 'relation'
		and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
), judged as (
	select c.*,
		c.changed / c.usual as ratio,
		case when c.absent and c.changed = 0 and c.oid not in (select l.relation from locked as l)
			then pg_catalog.pg_relation_size(c.oid) > 1000000 end as large
	from candidate as c
)
select case when j.large then 'warning' when j.changed < 10000 or {analyzed_lately:j} then 'info' end as severity,
	pg_catalog.format('%I.%I', j.nspname, j.relname) as object,
	cast(case when not j.large is true then j.ratio end as double precision) as value,
	case when j.absent then 'absent'
		else pg_catalog.format('old: %s rows have changed', j.changed) end as detail,
	pg_catalog.format('ANALYZE %I.%I;', j.nspname, j.relname) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from judged as j
where j.large or j.ratio >= cast($1 as double precision)
order by j.nspname, j.relname
