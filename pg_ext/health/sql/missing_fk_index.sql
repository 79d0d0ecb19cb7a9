-- columns: {finding}
-- Foreign keys without an index to find the children of a parent: valid, B-tree
-- (or hash on one column), whose first key columns are those of the foreign key
-- in any order, with its operators and collations, and not partial unless the
-- predicate only excludes nulls; for a unique index some of the columns
-- suffice, as they find a single row.  Row estimates of partitions are added to
-- their parents.
with fk as (
	select con.oid, con.conrelid, con.confrelid, con.conkey, con.conpfeqop,
		pg_catalog.cardinality(con.conkey) as width
	from pg_catalog.pg_constraint as con
	where con.contype = 'f' and con.conparentid = 0
), known (opclass, operator) as (
	select oc.oid, ao.amopopr
	from pg_catalog.pg_opclass as oc
	join pg_catalog.pg_am as am on am.oid = oc.opcmethod
	join pg_catalog.pg_amop as ao on ao.amopfamily = oc.opcfamily and ao.amoppurpose = 's'
	where am.amname in ('btree', 'hash')
), single as (
	-- most foreign keys have one column; "is true" prevents a nested loop,
	-- which the planner prefers because it expects few rows
	select fk.oid
	from fk
	join pg_catalog.pg_index as i on i.indrelid = fk.conrelid and i.indkey[0] = fk.conkey[1]
	where fk.width = 1 and i.indisvalid and i.indisready and i.indislive
		and ((i.indclass[0], fk.conpfeqop[1]) in (select k.opclass, k.operator from known as k)) is true
		and (i.indcollation[0] = 0 or i.indcollation[0] = (select a.attcollation
			from pg_catalog.pg_attribute as a
			where a.attrelid = fk.conrelid and a.attnum = fk.conkey[1]))
		and (i.indpred is null or pg_catalog.pg_get_expr(i.indpred, i.indrelid) = (
			select pg_catalog.format('(%I IS NOT NULL)', a.attname)
			from pg_catalog.pg_attribute as a
			where a.attrelid = fk.conrelid and a.attnum = fk.conkey[1]))
), candidate as (
	select fk.oid, fk.conrelid, fk.conkey, fk.conpfeqop, least(fk.width, i.indnkeyatts) as width,
		i.indexrelid, i.indclass, i.indcollation,
		(i.indkey::int2[])[0:least(fk.width, i.indnkeyatts) - 1] as indkey,
		pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate
	from fk
	join pg_catalog.pg_index as i on i.indrelid = fk.conrelid and i.indkey[0] = any (fk.conkey)
	where fk.width > 1 and i.indisvalid and i.indisready and i.indislive
		and (i.indnkeyatts >= fk.width or i.indisunique)
		and fk.conkey operator(pg_catalog.@>) (i.indkey::int2[])[0:least(fk.width, i.indnkeyatts) - 1]
), covered as (
	select c.oid
	from candidate as c
	cross join lateral rows from (pg_catalog.unnest(c.conkey), pg_catalog.unnest(c.conpfeqop))
		as k (attnum, equal)
	join pg_catalog.pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.attnum
	join pg_catalog.pg_opclass as oc
		on oc.oid = c.indclass[pg_catalog.array_position(c.indkey, k.attnum) - 1]
	join pg_catalog.pg_am as am on am.oid = oc.opcmethod
	join pg_catalog.pg_amop as ao
		on ao.amopfamily = oc.opcfamily and ao.amopopr = k.equal and ao.amoppurpose = 's'
	where c.indcollation[pg_catalog.array_position(c.indkey, k.attnum) - 1] in (0, a.attcollation)
		and am.amname = 'btree'
	group by c.oid, c.indexrelid, c.width, c.predicate
	-- a predicate of several terms is formatted as ((a IS NOT NULL) AND (b IS
	-- NOT NULL))
	having pg_catalog.count(*) = c.width and (c.predicate is null
		or pg_catalog.regexp_split_to_array(
				pg_catalog.regexp_replace(c.predicate, '^\((\(.*\))\)$', '\1'), ' AND ')
			operator(pg_catalog.<@) pg_catalog.array_agg(pg_catalog.format('(%I IS NOT NULL)', a.attname)))
), partitioned as (
	select a.relid,
		pg_catalog.sum(greatest(c.reltuples, pg_catalog.pg_stat_get_live_tuples(c.oid), 0)) as estimate
	from pg_catalog.pg_inherits as h
	join pg_catalog.pg_class as c on c.oid = h.inhrelid
	cross join lateral pg_catalog.pg_partition_ancestors(c.oid) as a (relid)
	where c.relispartition and c.relkind in ('r', 'f')
	group by a.relid
), lacking as materialized (
	select fk.conrelid, fk.confrelid, fk.conkey
	from fk
	where fk.oid not in (select c.oid from covered as c union all select s.oid from single as s)
), missing as (
	-- two foreign keys on the same columns need the same index
	select l.conrelid, l.conkey,
		pg_catalog.bool_or(p.relkind = 'p' or pg_catalog.pg_stat_get_tuples_updated(l.confrelid)
			+ pg_catalog.pg_stat_get_tuples_deleted(l.confrelid) > 0) as parent_changes
	from lacking as l
	-- usually few rows; without offset 0 the planner expects many and reads all
	-- tables
	cross join lateral (select t.relkind from pg_catalog.pg_class as t
		where t.oid = l.confrelid and t.relkind in ('r', 'p') offset 0) as p
	group by l.conrelid, l.conkey
), named as materialized (
	select n.nspname, c.relname, c.relkind, m.parent_changes,
		(select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', '
				order by pg_catalog.array_position(m.conkey, a.attnum))
			from pg_catalog.pg_attribute as a
			where a.attrelid = m.conrelid and a.attnum = any (m.conkey)) as columns,
		coalesce(p.estimate,
			greatest(c.reltuples, pg_catalog.pg_stat_get_live_tuples(c.oid), 0)) as estimate
	from missing as m
	cross join lateral (select t.oid, t.relname, t.relkind, t.relnamespace, t.reltuples
		from pg_catalog.pg_class as t
		where t.oid = m.conrelid and t.relkind in ('r', 'p') offset 0) as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join partitioned as p on p.relid = c.oid
	where {user_schema:n}
		and {not_in_extension:c.oid}
)
-- a parent without updates or deletes costs nothing yet
select case when m.estimate >= cast($2 as double precision) and not m.parent_changes
		then 'warning' end as severity,
	pg_catalog.format('%I.%I', m.nspname, m.relname) as object,
	cast(m.estimate as double precision) as value,
	pg_catalog.format('(%s)', m.columns) as detail,
	pg_catalog.format('CREATE INDEX%s ON %I.%I (%s);',
		case when m.relkind <> 'p' then ' CONCURRENTLY' end, m.nspname, m.relname, m.columns) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from named as m
order by m.nspname, m.relname, m.columns
