-- columns: {finding}
-- Subscriptions of this database that are disabled, or enabled without an
-- apply worker.  Version 15 and later count errors, in a view that earlier
-- versions do not have, so it is queried as text.
with counted as (
	select s.oid, s.subname, s.subenabled,
		exists (select from pg_catalog.pg_stat_subscription as w where w.subid = s.oid and w.pid is not null) as has_worker,
		case when pg_catalog.to_regclass('pg_catalog.pg_stat_subscription_stats') is not null
			then (select cast(w.word as bigint) from pg_catalog.ts_stat(pg_catalog.format(
				'select pg_catalog.array_to_tsvector(array[cast(apply_error_count + sync_error_count as text)])'
				' from pg_catalog.pg_stat_subscription_stats where subid = %s', s.oid)) as w) end as errors
	from pg_catalog.pg_subscription as s
	join pg_catalog.pg_database as d on d.oid = s.subdbid
	where d.datname = pg_catalog.current_database()
)
select case when not c.subenabled and c.errors > 0 then 'critical' else 'warning' end as severity,
	pg_catalog.quote_ident(c.subname) as object,
	cast(c.errors as double precision) as value,
	pg_catalog.format('%s%s', case when c.subenabled then 'no worker is running' else 'disabled' end,
		case when c.errors > 0
			then pg_catalog.format(', %s %s so far', c.errors, case c.errors when 1 then 'error' else 'errors' end) end) as detail,
	case when not c.subenabled then pg_catalog.format('ALTER SUBSCRIPTION %I ENABLE;', c.subname) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from counted as c
where not pg_catalog.pg_is_in_recovery() and (not c.subenabled or not c.has_worker)
union all
select 'not_applicable', null, null, null, null, 'a standby applies no subscription', null
where pg_catalog.pg_is_in_recovery()
order by 2
