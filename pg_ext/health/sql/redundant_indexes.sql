-- columns: {finding}
-- B-tree indexes whose key columns are the first ones of another index that
-- contains all their included columns, with the same operators, collations,
-- order and predicate: the longer index serves the same queries.  Equal indexes
-- are reported by duplicate_indexes.  Indexes for uniqueness, a constraint, the
-- replica identity or CLUSTER are kept.  Sizes are read as in
-- duplicate_indexes.sql; from 10 MB on, their share of the database determines
-- the severity.
with locked as (
	select l.relation
	from pg_catalog.pg_locks as l
	join pg_catalog.pg_database as d on d.oid = l.database
	where d.datname = pg_catalog.current_database() and l.locktype = 'relation'
		and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
), pair as (
	select s.indexrelid, s.indrelid, l.indexrelid as longer, l.indnatts
	from pg_catalog.pg_index as s
	join pg_catalog.pg_index as l on l.indrelid = s.indrelid and l.indexrelid <> s.indexrelid
		and l.indkey[0] = s.indkey[0] and l.indclass[0] = s.indclass[0]
	where not (s.indisunique or s.indisexclusion or s.indisreplident or s.indisclustered)
		and s.indisvalid and s.indisready and s.indislive
		and l.indisvalid and l.indisready and l.indislive
		and l.indnkeyatts >= s.indnkeyatts
		and (l.indnatts, l.indnkeyatts) > (s.indnatts, s.indnkeyatts)
		and (l.indkey::int2[])[0:s.indnkeyatts - 1] = (s.indkey::int2[])[0:s.indnkeyatts - 1]
		and (l.indclass::oid[])[0:s.indnkeyatts - 1] = (s.indclass::oid[])[0:s.indnkeyatts - 1]
		and (l.indcollation::oid[])[0:s.indnkeyatts - 1] = (s.indcollation::oid[])[0:s.indnkeyatts - 1]
		and (l.indoption::int2[])[0:s.indnkeyatts - 1] = (s.indoption::int2[])[0:s.indnkeyatts - 1]
		and s.indkey::int2[] operator(pg_catalog.<@) l.indkey::int2[]
		and (s.indexprs is null or not exists (
			select from pg_catalog.generate_series(1, s.indnkeyatts) as k (place)
			where pg_catalog.pg_get_indexdef(s.indexrelid, k.place, false)
				is distinct from pg_catalog.pg_get_indexdef(l.indexrelid, k.place, false)))
		and pg_catalog.pg_get_expr(s.indpred, s.indrelid)
			is not distinct from pg_catalog.pg_get_expr(l.indpred, l.indrelid)
), redundant as (
	select distinct on (x.oid) n.nspname, x.relname, x.relkind, ln.nspname as other_schema, lx.relname as other_name,
		case when x.relkind = 'i' and x.oid not in (select l.relation from locked as l)
			then cast(pg_catalog.pg_relation_size(x.oid) as double precision)
			else x.relpages * cast(pg_catalog.current_setting('block_size') as double precision) end as bytes
	from pair as p
	join pg_catalog.pg_class as x on x.oid = p.indexrelid
	join pg_catalog.pg_am as am on am.oid = x.relam
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	join pg_catalog.pg_class as lx on lx.oid = p.longer
	join pg_catalog.pg_namespace as ln on ln.oid = lx.relnamespace
	where am.amname = 'btree' and not x.relispartition
		and {user_schema:n}
		and {not_in_extension:p.indrelid}
		-- a duplicate is one finding: that of duplicate_indexes.sql
		and not exists (
			select from pg_catalog.pg_index as i
			join pg_catalog.pg_index as e on e.indrelid = i.indrelid and e.indexrelid <> i.indexrelid
			join pg_catalog.pg_class as ex on ex.oid = e.indexrelid
			where i.indexrelid = p.indexrelid
				and e.indisvalid and e.indisready and e.indislive and not e.indisexclusion
				and e.indnkeyatts = i.indnkeyatts and e.indkey::text = i.indkey::text
				and e.indclass = i.indclass and e.indcollation = i.indcollation
				and e.indoption::text = i.indoption::text
				and pg_catalog.pg_get_expr(e.indexprs, e.indrelid)
					is not distinct from pg_catalog.pg_get_expr(i.indexprs, i.indrelid)
				and pg_catalog.pg_get_expr(e.indpred, e.indrelid)
					is not distinct from pg_catalog.pg_get_expr(i.indpred, i.indrelid)
				and (e.indisunique or e.indisreplident or e.indisclustered or ex.relname < x.relname))
	order by x.oid, p.indnatts desc, lx.relname
), total as (
	select pg_catalog.sum(c.relpages) * cast(pg_catalog.current_setting('block_size') as double precision) as bytes
	from pg_catalog.pg_class as c
)
select case when r.bytes < 10 << 20 then 'info' end as severity,
	pg_catalog.format('%I.%I', r.nspname, r.relname) as object,
	100 * r.bytes / greatest(t.bytes, r.bytes, 1) as value,
	pg_catalog.format('%I.%I', r.other_schema, r.other_name) as detail,
	pg_catalog.format('DROP INDEX%s %I.%I;',
		case when r.relkind = 'i' then ' CONCURRENTLY' end, r.nspname, r.relname) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from redundant as r
cross join total as t
order by r.nspname, r.relname
