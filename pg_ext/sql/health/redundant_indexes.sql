-- Btree indexes whose key columns are the first ones of another's, the columns
-- they include among all of the other's, alike in operators, collation, order
-- and predicate: the longer answers what the shorter does.  Equal ones are
-- duplicates, another check's.  What keeps rows unique, a constraint, the
-- replica identity or the order of CLUSTER stays.  Sizes are the catalog's; as
-- a share of the database they say whether it matters, from 10 MB on.
with own as (
	select i.indexrelid, i.indrelid, i.indnatts, i.indnkeyatts, i.indkey::int2[] as keys,
		i.indclass::oid[] as classes, i.indcollation::oid[] as collations, i.indoption::int2[] as options,
		i.indexprs is not null as has_expressions, i.indpred is not null as is_partial,
		not (i.indisunique or i.indisreplident or i.indisclustered) as is_spare,
		n.nspname, x.relname, x.relkind, x.relispartition,
		x.relpages * cast(pg_catalog.current_setting('block_size') as double precision) as bytes
	from pg_catalog.pg_index as i
	join pg_catalog.pg_class as x on x.oid = i.indexrelid
	join pg_catalog.pg_am as am on am.oid = x.relam
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	where i.indisvalid and i.indisready and i.indislive and am.amname = 'btree'
		and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'dbcare')
		and i.indrelid not in (select d.objid from pg_catalog.pg_depend as d
			where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
				and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e')
), redundant as (
	select distinct on (s.indexrelid) s.*, l.nspname as other_schema, l.relname as other_name
	from own as s
	join own as l on l.indrelid = s.indrelid and l.indexrelid <> s.indexrelid
		and l.keys[0] = s.keys[0] and l.classes[0] = s.classes[0]
		and l.is_partial = s.is_partial
	where s.is_spare and not s.relispartition
		and l.indnkeyatts >= s.indnkeyatts
		and (l.indnatts, l.indnkeyatts) > (s.indnatts, s.indnkeyatts)
		and l.keys[0:s.indnkeyatts - 1] = s.keys[0:s.indnkeyatts - 1]
		and l.classes[0:s.indnkeyatts - 1] = s.classes[0:s.indnkeyatts - 1]
		and l.collations[0:s.indnkeyatts - 1] = s.collations[0:s.indnkeyatts - 1]
		and l.options[0:s.indnkeyatts - 1] = s.options[0:s.indnkeyatts - 1]
		and s.keys operator(pg_catalog.<@) l.keys
		and (not s.has_expressions or not exists (
			select from pg_catalog.generate_series(1, s.indnkeyatts) as k (place)
			where pg_catalog.pg_get_indexdef(s.indexrelid, k.place, false)
				is distinct from pg_catalog.pg_get_indexdef(l.indexrelid, k.place, false)))
		and (not s.is_partial or (
			select pg_catalog.pg_get_expr(a.indpred, a.indrelid) = pg_catalog.pg_get_expr(b.indpred, b.indrelid)
			from pg_catalog.pg_index as a, pg_catalog.pg_index as b
			where a.indexrelid = s.indexrelid and b.indexrelid = l.indexrelid))
	order by s.indexrelid, l.indnatts desc, l.relname
), total as (
	select pg_catalog.sum(c.relpages) * cast(pg_catalog.current_setting('block_size') as double precision) as bytes
	from pg_catalog.pg_class as c
)
select case when r.bytes < 10 << 20 then 'info' end as severity,
	pg_catalog.format('%I.%I', r.nspname, r.relname) as object,
	100 * r.bytes / nullif(t.bytes, 0) as value,
	pg_catalog.format('%I.%I', r.other_schema, r.other_name) as detail,
	pg_catalog.format('DROP INDEX%s %I.%I;',
		case when r.relkind = 'i' then ' CONCURRENTLY' end, r.nspname, r.relname) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from redundant as r
cross join total as t
order by r.nspname, r.relname
