-- columns: {finding}
-- Transaction IDs used, from pg_database, including databases that allow no
-- connections, since they stop the server as well.  Writes are rejected 3
-- million before 2^31.  A table's TOAST may be older than the table; if more
-- than 100 tables are as old as the finding, all tables are vacuumed.
with used as (
	select d.datname, d.datname = pg_catalog.current_database() as own,
		100.0 * pg_catalog.age(d.datfrozenxid) / (2147483648 - 3000000) as percent
	from pg_catalog.pg_database as d
), aged as (
	select pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
		greatest(pg_catalog.age(c.relfrozenxid), pg_catalog.age(t.relfrozenxid)) as age
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join pg_catalog.pg_class as t on t.oid = c.reltoastrelid
	where c.relkind in ('r', 'm') and c.relfrozenxid <> '0'
), old as (
	select a.name, a.age
	from aged as a
	where 100.0 * a.age / (2147483648 - 3000000)
		>= least(cast($1 as double precision), cast($2 as double precision))
)
select cast(null as text) as severity,
	pg_catalog.format('database %I', u.datname) as object,
	cast(u.percent as double precision) as value,
	case when u.own then (select a.name from aged as a order by a.age desc, a.name limit 1)
		else 'visible only from there' end as detail,
	case when u.own then (
		select pg_catalog.format('VACUUM (FREEZE, INDEX_CLEANUP OFF)%s;',
			case when pg_catalog.count(*) between 1 and 100
				then ' ' || pg_catalog.string_agg(o.name, ', ' order by o.age desc, o.name) end)
		from old as o) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from used as u
where u.percent >= least(cast($1 as double precision), cast($2 as double precision))
order by u.datname
