-- columns: {finding}
-- Recorded versions of the collations used by indexes, compared with those of
-- the libraries.  The database's collation has a version since 15, returned by
-- a function that a static statement for older servers cannot name: ts_stat()
-- takes it as text.  A version cannot be refreshed if the library no longer
-- returns one.
with used as materialized (
	select i.indexrelid, k.coll
	from pg_catalog.pg_index as i
	cross join lateral pg_catalog.unnest(i.indcollation) as k (coll)
	where k.coll <> 0
	union
	-- a range is ordered by the collation of its type
	select i.indexrelid, r.rngcollation
	from pg_catalog.pg_range as r
	join pg_catalog.pg_attribute as a on a.atttypid = r.rngtypid
	join pg_catalog.pg_index as i on i.indexrelid = a.attrelid
	where r.rngcollation <> 0
	union
	-- expressions and predicates have separate collations
	select i.indexrelid, cast(c.part[1] as oid)
	from pg_catalog.pg_index as i
	cross join lateral pg_catalog.regexp_matches(
		pg_catalog.concat(i.indexprs::text, i.indpred::text), ':inputcollid ([1-9][0-9]*)', 'g') as c (part)
	where i.indexprs is not null or i.indpred is not null
), version as (
	select c.oid as coll, pg_catalog.format('%I.%I', n.nspname, c.collname) as object,
		c.collversion as recorded,
		pg_catalog.pg_collation_actual_version(c.oid) as actual,
		pg_catalog.format('ALTER COLLATION %I.%I REFRESH VERSION;', n.nspname, c.collname) as refresh
	from pg_catalog.pg_collation as c
	join pg_catalog.pg_namespace as n on n.oid = c.collnamespace
	where c.collversion is not null and c.oid in (select u.coll from used as u)
	union all
	select 'pg_catalog."default"'::pg_catalog.regcollation,
		pg_catalog.format('of database %I', d.datname),
		pg_catalog.to_jsonb(d) ->> 'datcollversion',
		(select s.word from pg_catalog.ts_stat(pg_catalog.format(
			'select pg_catalog.array_to_tsvector(pg_catalog.array_remove(array[v], null))'
			' from pg_catalog.pg_database_collation_actual_version(%s) as v', d.oid)) as s),
		pg_catalog.format('ALTER DATABASE %I REFRESH COLLATION VERSION;', d.datname)
	from pg_catalog.pg_database as d
	where d.datname = pg_catalog.current_database()
		and pg_catalog.to_jsonb(d) ->> 'datcollversion' is not null
)
select case when a.uniqueness then 'critical' else 'warning' end as severity,
	v.object,
	cast(null as double precision) as value,
	pg_catalog.format('version %s was recorded, %s is installed; indexes that use the collation: %s',
		v.recorded, coalesce(v.actual, 'an unknown version'), a.indexes) as detail,
	case when v.actual is not null then pg_catalog.concat(
		case when a.indexes > 100 then pg_catalog.format('REINDEX DATABASE CONCURRENTLY %I; ',
				pg_catalog.current_database()) || coalesce(a.exclusions, '')
			else a.commands end,
		v.refresh) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from version as v
cross join lateral (
	select pg_catalog.count(*) as indexes,
		pg_catalog.bool_or(i.indisunique) as uniqueness,
		-- indexes of exclusion constraints cannot be built concurrently
		pg_catalog.string_agg(pg_catalog.format('REINDEX INDEX %s%I.%I; ',
				case when not i.indisexclusion then 'CONCURRENTLY ' end, n.nspname, x.relname), ''
			order by n.nspname, x.relname) as commands,
		pg_catalog.string_agg(pg_catalog.format('REINDEX INDEX %I.%I; ', n.nspname, x.relname), ''
			order by n.nspname, x.relname) filter (where i.indisexclusion) as exclusions
	from used as u
	join pg_catalog.pg_index as i on i.indexrelid = u.indexrelid
	join pg_catalog.pg_class as x on x.oid = u.indexrelid
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	where u.coll = v.coll and x.relkind = 'i'
		and {user_schema:n}
) as a
where v.actual is distinct from v.recorded
	and (a.indexes > 0 or v.coll = 'pg_catalog."default"'::pg_catalog.regcollation)
order by 2
