-- columns: kind, name, relid, object, attnums, columns, parent, parent_attnums, parent_shown, parent_columns, match_full, expression, query, reason
-- kept
-- The constraints of table $1 and its partitions, with a query that finds rows
-- with the same key $1, $2, ..., rows that exclude it, or its parent; a row may
-- be its own parent, so the values of the referenced columns follow the key.  A
-- constraint that a partition inherits is only listed for its parent.  The
-- expression of a key is that its period is not empty.
-- Called row by row, so offset 0 has each catalog read by its index: the planner
-- would scan small ones, and join them by hash.
with family as (
	select c.oid as relid, null::pg_catalog.oid as parent, c.relname, c.relkind, n.nspname
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.oid = cast($1 as pg_catalog.oid)
	union all
	select c.oid, t.parentrelid, c.relname, c.relkind, n.nspname
	-- arrays, since the planner takes them for small: 1,000 tables were worth a scan of each catalog
	from (select pg_catalog.array_agg(t.relid) as relids, pg_catalog.array_agg(t.parentrelid) as parents
		from pg_catalog.pg_partition_tree(cast(cast($1 as pg_catalog.oid) as pg_catalog.regclass)) as t
		where t.level > 0) as p
	cross join lateral rows from (pg_catalog.unnest(p.relids), pg_catalog.unnest(p.parents)) as t (relid, parentrelid)
	cross join lateral (select c.oid, c.relname, c.relkind, c.relnamespace
		from pg_catalog.pg_class as c
		where c.oid = t.relid
		offset 0) as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
), key as (
	select case when i.indisprimary then 0 when i.indisunique then 1 else 2 end as kind,
		coalesce(con.conname, ic.relname) as name, f.relid, i.indexrelid, k.attnums, k.columns,
		pg_catalog.format('as c where %s%s', k.same,
			' and (' || pg_catalog.pg_get_expr(i.indpred, i.indrelid) || ')') as query,
		case when con.conperiod = 'true' then pg_catalog.format('not isempty(%s)', k.period) end as expression
	from family as f
	cross join lateral (select i.*, pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' as nulls_not_distinct
		from pg_catalog.pg_index as i
		where i.indrelid = f.relid and (i.indisunique or i.indisexclusion) and i.indislive
		offset 0) as i
	join pg_catalog.pg_class as ic on ic.oid = i.indexrelid
	left join lateral (select con.conname, con.conexclop, pg_catalog.to_jsonb(con) ->> 'conperiod' as conperiod
		from pg_catalog.pg_constraint as con
		where con.conrelid = i.indrelid and con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x')
		offset 0) as con on true
	cross join lateral (
		select pg_catalog.string_agg(k.attnum::text, ' ' order by k.place) as attnums,
			pg_catalog.string_agg(d.definition, ', ' order by k.place) as columns,
			(pg_catalog.array_agg(d.definition order by k.place desc))[1] as period,
			pg_catalog.string_agg(pg_catalog.format(
				case when coalesce(i.nulls_not_distinct, 'false') = 'true'
					then '((%1$s) is null and $%2$s is null or (%1$s)%3$s operator(%4$I.%5$s) $%2$s)'
					else '(%1$s)%3$s operator(%4$I.%5$s) $%2$s' end,
				d.definition, k.place, l.clause, opn.nspname, op.oprname), ' and ' order by k.place) as same
		from rows from (pg_catalog.unnest(i.indkey), pg_catalog.unnest(i.indcollation), pg_catalog.unnest(i.indclass),
			pg_catalog.unnest(con.conexclop)) with ordinality as k (attnum, coll, class, operator, place)
		cross join lateral (select pg_catalog.pg_get_indexdef(i.indexrelid, cast(k.place as int), false) as definition) as d
		left join lateral (select pg_catalog.format(' collate %I.%I', cn.nspname, co.collname) as clause
			from pg_catalog.pg_collation as co
			join pg_catalog.pg_namespace as cn on cn.oid = co.collnamespace
			where co.oid = k.coll) as l on true
		cross join lateral (select op.oprname, op.oprnamespace
			from pg_catalog.pg_operator as op
			where op.oid = coalesce(k.operator, (
				select am.amopopr
				from pg_catalog.pg_opclass as oc
				join pg_catalog.pg_amop as am on am.amopfamily = oc.opcfamily and am.amopstrategy = 3
					and am.amoplefttype = oc.opcintype and am.amoprighttype = oc.opcintype
				where oc.oid = k.class))
			offset 0) as op
		join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
		where k.place <= i.indnkeyatts
	) as k
	where f.parent is null or not exists (select from pg_catalog.pg_inherits as h where h.inhrelid = i.indexrelid)
), foreign_key as (
	select con.conname as name, con.conrelid as relid, con.confrelid as parent, con.confmatchtype = 'f' as match_full,
		pg_catalog.format('%I.%I', pn.nspname, p.relname) as parent_shown, k.*,
		pg_catalog.format('as p where %s%s', k.same, case when con.temporal then k.covers when con.confrelid = con.conrelid
				then pg_catalog.format(' union all select where %s', k.own) end) as query,
		case when con.temporal and (con.confrelid = con.conrelid or p.relkind = 'p')
				then 'foreign keys over periods of partitioned tables, or of the table itself, are not verified'
			when not pg_catalog.has_schema_privilege(pn.oid, 'USAGE')
				or not pg_catalog.has_table_privilege(p.oid, 'SELECT')
					and not (select pg_catalog.bool_and(pg_catalog.has_column_privilege(p.oid, a.attnum, 'SELECT'))
						from pg_catalog.unnest(con.confkey) as a (attnum))
				then pg_catalog.format('SELECT on %I.%I is needed', pn.nspname, p.relname)
			when pg_catalog.row_security_active(p.oid)
				then pg_catalog.format('row security hides rows of %I.%I', pn.nspname, p.relname) end as reason
	from family as f
	cross join lateral (select con.*, coalesce(pg_catalog.to_jsonb(con) ->> 'conperiod', 'false') = 'true' as temporal
		from pg_catalog.pg_constraint as con
		where con.conrelid = f.relid and con.contype = 'f'
			and coalesce(pg_catalog.to_jsonb(con) ->> 'conenforced', 'true') = 'true'
		offset 0) as con
	left join lateral (select pc.conrelid from pg_catalog.pg_constraint as pc where pc.oid = con.conparentid offset 0) as pc on true
	join pg_catalog.pg_class as p on p.oid = con.confrelid
	join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
	cross join lateral (
		select pg_catalog.string_agg(k.attnum::text, ' ' order by k.place) as attnums,
			pg_catalog.string_agg(k.parent_attnum::text, ' ' order by k.place) as parent_attnums,
			pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.place) as columns,
			pg_catalog.string_agg(pg_catalog.quote_ident(pa.attname), ', ' order by k.place) as parent_columns,
			pg_catalog.string_agg(pg_catalog.format('p.%I operator(%I.%s) $%s%s', pa.attname, opn.nspname, op.oprname,
				k.place, l.clause), ' and ' order by k.place) as same,
			-- periods of several parents may cover that of the row
			(pg_catalog.array_agg(pg_catalog.format(' having pg_catalog.range_agg(p.%I) operator(pg_catalog.@>) $%s', pa.attname, k.place)
				order by k.place desc))[1] as covers,
			pg_catalog.string_agg(pg_catalog.format('$%s operator(%I.%s) $%s%s', k.place + pg_catalog.cardinality(con.conkey),
				opn.nspname, op.oprname, k.place, l.clause), ' and ' order by k.place) as own
		from rows from (pg_catalog.unnest(con.conkey), pg_catalog.unnest(con.confkey),
			pg_catalog.unnest(con.conpfeqop)) with ordinality as k (attnum, parent_attnum, operator, place)
		join pg_catalog.pg_attribute as a on a.attrelid = con.conrelid and a.attnum = k.attnum
		join pg_catalog.pg_attribute as pa on pa.attrelid = con.confrelid and pa.attnum = k.parent_attnum
		join pg_catalog.pg_operator as op on op.oid = k.operator
		join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
		left join lateral (select pg_catalog.format(' collate %I.%I', cn.nspname, co.collname) as clause
			from pg_catalog.pg_collation as co
			join pg_catalog.pg_namespace as cn on cn.oid = co.collnamespace
			where co.oid = pa.attcollation and a.attcollation <> 0) as l on true
	) as k
	where case when f.parent is null then pc.conrelid is distinct from con.conrelid else con.conparentid = 0 end
)
select k.kind, k.name, k.relid, k.indexrelid as object, k.attnums, k.columns, null as parent, null as parent_attnums, null as parent_shown, null as parent_columns, false as match_full, k.expression, k.query, null as reason
from key as k
union all
select 3, f.name, f.relid, null, f.attnums, f.columns, f.parent, f.parent_attnums, f.parent_shown, f.parent_columns,
	f.match_full, null, f.query, f.reason
from foreign_key as f
union all
select 4, coalesce(con.conname, pg_catalog.left(pg_catalog.format('%s_%s', f.relname, a.attname), 54) || '_not_null'),
	f.relid, null, a.attnum::text, pg_catalog.quote_ident(a.attname), null, null, null, null, false, null, null, null
from family as f
cross join lateral (select a.attnum, a.attname
	from pg_catalog.pg_attribute as a
	where a.attrelid = f.relid and a.attnum > 0 and not a.attisdropped and a.attnotnull
	offset 0) as a
left join lateral (select con.conname
	from pg_catalog.pg_constraint as con
	where con.conrelid = f.relid and con.contype = 'n' and con.conkey[1] = a.attnum
	offset 0) as con on true
where not exists (select from pg_catalog.pg_attribute as pa
		where pa.attrelid = f.parent and pa.attname = a.attname and pa.attnotnull
		offset 0)
union all
select 5, con.conname, f.relid, con.oid, pg_catalog.array_to_string(con.conkey, ' '), null, null, null, null, null, false,
	pg_catalog.pg_get_expr(con.conbin, con.conrelid, true), null, null
from family as f
cross join lateral (select con.*
	from pg_catalog.pg_constraint as con
	where con.conrelid = f.relid and con.contype = 'c' and (f.parent is null or con.coninhcount = 0)
		and coalesce(pg_catalog.to_jsonb(con) ->> 'conenforced', 'true') = 'true'
	offset 0) as con
order by 1, 2, 3, 5
