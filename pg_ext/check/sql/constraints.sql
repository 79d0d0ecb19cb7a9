-- columns: kind, name, relid, object, attnums, columns, parent, parent_attnums, parent_shown, parent_columns, operators, match_full, special, by_query, type, key, reason, query, ends, condition, sources, type_name
-- The constraints of a table ($1).  A constraint that a scan may not be able to
-- verify has a query that returns the number of violations and the keys of the
-- first $3 of them. $2 is an array of foreign keys that are not declared, $4
-- one of rules.  With $5 all get a query, for a binding that cannot scan.  A
-- constraint on single rows has the condition of its violations, too, so that
-- those of all can be counted in one query on the sources.
-- Rows of partitions are rows of the table; a constraint declared on a
-- partition alone applies to its rows.  In queries c is the verified row, but
-- in rules it has the name of the table.  Rows that Citus has in shards are
-- verified by queries alone, and named without "only", which Citus refuses.
-- num_nulls() prunes no partition, and also counts nulls in columns that are NOT
-- NULL, which IS NULL does not since 17.
with recursive root as (
	select c.oid as relid, c.relkind, c.relname, n.oid as space,
		pg_catalog.format('%I.%I', n.nspname, c.relname) as shown, {sharded:c.oid} as sharded,
		pg_catalog.quote_ident(c.relname) as row_name
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.oid = cast($1 as pg_catalog.oid)
), family as (
	select r.relid, cast(null as pg_catalog.oid) as parent, true as is_root, r.relid as root
	from root as r
	union all
	select t.relid, t.parentrelid, false, r.relid
	from root as r, pg_catalog.pg_partition_tree(r.relid) as t
	where t.relid <> r.relid
), source as (
	select f.*, c.relname, r.sharded, r.sharded or c.relkind = 'f' or $5 as queried,
		pg_catalog.format('%s%I.%I', case when c.relkind <> 'p' and not r.sharded then 'only ' end, n.nspname, c.relname) as rows
	from root as r
	cross join family as f
	join pg_catalog.pg_class as c on c.oid = f.relid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
), primary_key as (
	select i.indrelid as relid, k.attnum, a.attname, k.place
	from family as f
	join pg_catalog.pg_index as i on i.indrelid = f.relid and i.indisprimary
	cross join pg_catalog.unnest(i.indkey) with ordinality as k (attnum, place)
	join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
	where k.place <= i.indnkeyatts
), row_key as (
	-- a null in a primary key identifies no row
	select r.row_name, coalesce(pg_catalog.array_agg(k.attnum), '{}') as attnums,
		case pg_catalog.count(k.attnum)
			when 0 then pg_catalog.format(case r.relkind
				when 'p' then 'pg_catalog.jsonb_build_object(''ctid'', %1$s.ctid, ''tableoid'', '
					'(pg_catalog.pg_identify_object(1259, %1$s.tableoid, 0)).identity)'
				else 'pg_catalog.jsonb_build_object(''ctid'', %1$s.ctid)' end, r.row_name)
			when 1 then pg_catalog.string_agg(pg_catalog.format('coalesce(pg_catalog.to_jsonb(%1$s.%2$s), '
				'pg_catalog.jsonb_build_object(''ctid'', %1$s.ctid))', r.row_name, pg_catalog.quote_ident(k.attname)), '')
			else pg_catalog.format('pg_catalog.jsonb_build_object(%s)', pg_catalog.string_agg(
				pg_catalog.format('%L, %s.%s', k.attname, r.row_name, pg_catalog.quote_ident(k.attname)), ', ' order by k.place)) end as key
	from (select root.relid, root.relkind, 'c' as row_name from root
		union
		select root.relid, root.relkind, root.row_name from root) as r
	left join primary_key as k on k.relid = r.relid
	group by r.relkind, r.row_name
), rule as (
	select o.position, r.name, root.relid, k.key,
		pg_catalog.format(E'(%s\n) and (%s\n) is false', coalesce(r.condition, 'true'), r.expression) as violated
	from root
	join row_key as k on k.row_name = root.row_name
	cross join pg_catalog.jsonb_array_elements(cast($4 as pg_catalog.jsonb)) with ordinality as o (rule, position)
	cross join pg_catalog.jsonb_to_record(o.rule) as r (name text, expression text, condition text)
), fk as (
	select cast(0 as bigint) as position, con.conname as name, con.conrelid as relid, con.confrelid as parent,
		con.conkey as attnums, con.confkey as parent_attnums, con.conpfeqop as operators,
		con.confmatchtype = 'f' as match_full,
		coalesce(pg_catalog.to_jsonb(con) ->> 'conperiod', 'false') = 'true' as temporal
	from family as f
	join pg_catalog.pg_constraint as con on con.conrelid = f.relid and con.contype = 'f'
	left join pg_catalog.pg_constraint as pc on pc.oid = con.conparentid
	where case when f.is_root then pc.conrelid is distinct from con.conrelid else con.conparentid = 0 end
	union all
	select r.position, null, root.relid, r.parent, array[r.attnum], array[r.parent_attnum], array[r.operator], false, false
	from root, rows from (pg_catalog.jsonb_to_recordset(cast($2 as pg_catalog.jsonb))
		as (attnum int2, parent pg_catalog.oid, parent_attnum int2, operator pg_catalog.oid))
		with ordinality as r (attnum, parent, parent_attnum, operator, position)
), fk_text as (
	select fk.*, pn.oid as parent_space, pg_catalog.format('%I.%I', pn.nspname, p.relname) as parent_shown, t.*, s.sharded,
		pg_catalog.format('from %s%I.%I as p', case when p.relkind <> 'p' and not s.sharded then 'only ' end, pn.nspname, p.relname) as parents
	from fk
	join pg_catalog.pg_class as p on p.oid = fk.parent
	cross join lateral (select {sharded:p.oid} as sharded) as s
	join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
	cross join lateral (
		select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.place) as columns,
			pg_catalog.string_agg(pg_catalog.quote_ident(pa.attname), ', ' order by k.place) as parent_columns,
			pg_catalog.string_agg(pg_catalog.format('pg_catalog.num_nulls(c.%I) < 1', a.attname),
				case when fk.match_full then ' or ' else ' and ' end order by k.place) as given,
			pg_catalog.string_agg(pg_catalog.format('p.%I operator(%I.%s) c.%I%s', pa.attname, opn.nspname, op.oprname, a.attname,
				case when pa.attcollation <> a.attcollation and pa.attcollation <> 0 and a.attcollation <> 0
					then pg_catalog.format(' collate %I.%I', cn.nspname, co.collname) end), ' and ' order by k.place) as matches,
			-- periods of several parents may cover that of a row
			(pg_catalog.array_agg(pg_catalog.format('pg_catalog.range_agg(p.%I) operator(pg_catalog.@>) c.%I', pa.attname, a.attname)
				order by k.place desc))[1] as covers,
			case pg_catalog.count(*) when 1
				then pg_catalog.string_agg(pg_catalog.format('select min(p.%1$I), max(p.%1$I)', pa.attname), '') end as ends
		from rows from (pg_catalog.unnest(fk.attnums), pg_catalog.unnest(fk.parent_attnums),
			pg_catalog.unnest(fk.operators)) with ordinality as k (attnum, parent_attnum, equal, place)
		join pg_catalog.pg_attribute as a on a.attrelid = fk.relid and a.attnum = k.attnum
		join pg_catalog.pg_attribute as pa on pa.attrelid = fk.parent and pa.attnum = k.parent_attnum
		join pg_catalog.pg_operator as op on op.oid = k.equal
		join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
		left join pg_catalog.pg_collation as co on co.oid = pa.attcollation
		left join pg_catalog.pg_namespace as cn on cn.oid = co.collnamespace
	) as t
), unique_index as (
	select case when i.indisprimary then 0 when i.indisunique then 1 else 2 end as kind,
		coalesce(con.conname, ic.relname) as name, i.indrelid as relid, i.indexrelid,
		con.conexclop is not null as excludes, x.*,
		coalesce(pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'true' as nulls_equal,
		' where ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
		case when i.indnkeyatts = 1 and i.indpred is null then s.rows end as whole
	from source as s
	join pg_catalog.pg_index as i on i.indrelid = s.relid and (i.indisunique or i.indisexclusion) and i.indislive
	join pg_catalog.pg_class as ic on ic.oid = i.indexrelid
	left join pg_catalog.pg_constraint as con on con.conindid = i.indexrelid and con.conrelid = i.indrelid
		and con.contype in ('p', 'u', 'x')
	cross join lateral (
		select pg_catalog.array_agg(k.attnum order by k.place) as attnums,
			pg_catalog.string_agg(d.definition, ', ' order by k.place) as columns,
			pg_catalog.string_agg(pg_catalog.format('(%s)%s', d.definition, l.clause), ', ' order by k.place) as keys,
			pg_catalog.string_agg(pg_catalog.format('(%s)%s as k%s', d.definition, l.clause, k.place), ', ' order by k.place) as named_keys,
			pg_catalog.string_agg(pg_catalog.format('(%s) is not null', d.definition), ' and ' order by k.place) as complete,
			pg_catalog.string_agg(case when op.oid is not null then pg_catalog.format('c.k%1$s operator(%2$I.%3$s) d.k%1$s',
				k.place, opn.nspname, op.oprname) end, ' and ' order by k.place) as conflicts
		from rows from (pg_catalog.unnest(i.indkey), pg_catalog.unnest(i.indcollation), pg_catalog.unnest(con.conexclop))
			with ordinality as k (attnum, sort_by, equal, place)
		cross join lateral (select pg_catalog.pg_get_indexdef(i.indexrelid, cast(k.place as int), false) as definition) as d
		left join lateral (select pg_catalog.format(' collate %I.%I', cn.nspname, co.collname)
			from pg_catalog.pg_collation as co
			join pg_catalog.pg_namespace as cn on cn.oid = co.collnamespace
			where co.oid = k.sort_by) as l (clause) on true
		left join pg_catalog.pg_operator as op on op.oid = k.equal
		left join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
		where k.place <= i.indnkeyatts
	) as x
	-- no key was ever enforced by an index whose build has failed
	where (i.indisvalid or con.oid is not null)
		and (s.is_root or not exists (select from pg_catalog.pg_inherits as h
			join pg_catalog.pg_index as whole on whole.indexrelid = h.inhparent and whole.indisvalid
			where h.inhrelid = i.indexrelid))
), type as (
	-- the types of columns, and the types nested in them; nested values of a
	-- range cannot be reached, and by a query no nested ones
	select a.attnum, a.attname, a.atttypid as oid, false as hidden, false as nested
	from root as r
	join pg_catalog.pg_attribute as a on a.attrelid = r.relid and a.attnum > 0 and not a.attisdropped
	union
	select o.attnum, o.attname, i.oid, o.hidden or i.hidden, o.nested or t.typtype <> 'd'
	from type as o
	join pg_catalog.pg_type as t on t.oid = o.oid
	cross join lateral (
		select case t.typtype when 'd' then t.typbasetype else t.typelem end as oid, false as hidden
		where t.typtype = 'd' or t.typelem <> 0 and t.typlen = -1
		union all
		select a.atttypid, false
		from pg_catalog.pg_attribute as a
		where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
		union all
		select r.rngsubtype, true
		from pg_catalog.pg_range as r
		where t.typtype in ('r', 'm')
			and t.oid in (r.rngtypid, cast(pg_catalog.to_jsonb(r) ->> 'rngmultitypid' as pg_catalog.oid))
	) as i
), domain as (
	select o.attnum, o.attname, o.hidden, o.nested, o.oid as type, t.typname, t.typnotnull,
		(select pg_catalog.format('cast(%s.%I as %I.%I)', root.row_name, o.attname, n.nspname, b.typname)
			from type as e
			join pg_catalog.pg_type as b on b.oid = e.oid and b.typtype <> 'd'
			join pg_catalog.pg_namespace as n on n.oid = b.typnamespace
			where e.attnum = o.attnum and not e.nested) as value
	from root
	cross join type as o
	-- not a join, which may read all of pg_type
	cross join lateral (select * from pg_catalog.pg_type as t
		where t.oid = o.oid and t.typtype = 'd' offset 0) as t
), declared as (
	select cast(0 as bigint) as position, u.kind, u.name, u.relid, u.indexrelid as object, u.attnums, u.columns,
		cast(null as pg_catalog.oid) as parent, cast(null as int2[]) as parent_attnums,
		cast(null as pg_catalog.oid[]) as operators, false as match_full, cast(null as pg_catalog.oid) as type,
		null as parent_shown, null as parent_columns, cast(null as pg_catalog.oid) as parent_space, false as temporal, u.excludes as special,
		s.queried as by_query, null as condition,
		case when u.excludes then pg_catalog.format(
				'(select %s as key, c.tableoid as part, c.ctid as place, %s from %s as c%s) as c'
				' where exists (select from (select d.tableoid as part, d.ctid as place, %s from %s as d%s) as d'
				' where (d.part, d.place) < (c.part, c.place) and %s)',
				k.key, u.named_keys, s.rows, u.predicate, u.named_keys, s.rows, u.predicate, u.conflicts)
			else pg_catalog.format(
				'(select %s as key, c.tableoid as part, c.ctid as place, %s as complete,'
				' pg_catalog.row_number() over (partition by %s order by c.tableoid, c.ctid) as repetition from %s as c%s) as c where %s',
				k.key, u.complete, u.keys, s.rows, u.predicate,
				case when u.nulls_equal then 'c.repetition > 1' else 'c.repetition > 1 and c.complete' end) end as violating,
		case when not u.excludes and u.whole is not null and 0 <> all (u.attnums)
			then pg_catalog.format('select min(%s), max(%s) from %s', u.columns, u.columns, u.whole) end as ends
	from unique_index as u
	join source as s on s.relid = u.relid
	join row_key as k on k.row_name = 'c'
	union all
	select f.position, 3, f.name, f.relid, null, f.attnums, f.columns, f.parent, f.parent_attnums, f.operators, f.match_full, null,
		f.parent_shown, f.parent_columns, f.parent_space, f.temporal, false, f.sharded or s.queried, null,
		pg_catalog.format('(select %s as key, c.tableoid as part, c.ctid as place from %s as c'
			' where (%s) and not ' || case when f.temporal then 'coalesce((select ' || f.covers || ' %s where %s), false)'
				else 'exists (select %s where %s)' end || ') as c', k.key, s.rows, f.given, f.parents, f.matches),
		f.ends || ' ' || f.parents
	from fk_text as f
	join source as s on s.relid = f.relid
	join row_key as k on k.row_name = 'c'
	union all
	select 0, 4, coalesce(con.declared, n.name || case when con.taken then '1' else '' end),
		s.relid, null, array[a.attnum], pg_catalog.quote_ident(a.attname),
		null, null, null, false, null, null, null, null, false,
		exists (select from primary_key as k where k.relid = s.relid and k.attnum = a.attnum), s.queried,
		case when s.is_root then pg_catalog.format('pg_catalog.num_nulls(%s.%I) > 0', r.row_name, a.attname) end,
		pg_catalog.format('(select %s as key, c.tableoid as part, c.ctid as place from %s as c where pg_catalog.num_nulls(c.%I) > 0) as c',
			k.key, s.rows, a.attname), null
	from root as r
	cross join source as s
	join row_key as k on k.row_name = 'c'
	join pg_catalog.pg_attribute as a on a.attrelid = s.relid and a.attnum > 0 and not a.attisdropped and a.attnotnull
	cross join lateral (select pg_catalog.left(pg_catalog.format('%s_%s', s.relname, a.attname), 54) || '_not_null') as n (name)
	cross join lateral (
		select pg_catalog.max(cast(con.conname as text)) filter (where con.contype = 'n' and con.conkey[1] = a.attnum) as declared,
			pg_catalog.bool_or(con.conname = n.name) as taken
		from pg_catalog.pg_constraint as con
		where con.conrelid = s.relid
	) as con
	where not exists (select from pg_catalog.pg_attribute as pa
			where pa.attrelid = s.parent and pa.attname = a.attname and pa.attnotnull)
	union all
	select 0, 5, con.conname, con.conrelid, con.oid, con.conkey, null,
		null, null, null, false, null, null, null, null, false, false, f.queried,
		case when f.is_root then pg_catalog.format('(%s) is false', pg_catalog.pg_get_expr(con.conbin, con.conrelid)) end,
		pg_catalog.format('(select %1$s as key, %2$s.tableoid as part, %2$s.ctid as place from %3$s as %2$s where (%4$s) is false) as c',
			k.key, k.row_name, f.rows, pg_catalog.pg_get_expr(con.conbin, con.conrelid)), null
	from root as r
	cross join source as f
	join row_key as k on k.row_name = case when f.is_root then r.row_name else 'c' end
	cross join lateral (select * from pg_catalog.pg_constraint as con
		where con.conrelid = f.relid and con.contype = 'c' offset 0) as con
	where f.is_root or con.coninhcount = 0
	union all
	select 0, 6, d.name, r.relid, d.object, array[d.attnum], pg_catalog.quote_ident(d.attname),
		null, null, null, false, d.type, null, null, null, false, d.hidden, s.queried, d.violated,
		case when not (s.sharded or d.nested) then pg_catalog.format(
			'(select %1$s as key, %2$s.tableoid as part, %2$s.ctid as place from %3$s as %2$s where %4$s) as c',
			k.key, k.row_name, s.rows, d.violated) end, null
	from root as r
	join source as s on s.is_root
	join row_key as k on k.row_name = r.row_name
	cross join (
		select d.*, con.oid as object, con.conname as name,
			-- in this expression the value has the name VALUE
			pg_catalog.format('exists (select from (select %s as value) as "dbcare value" where (%s) is false)',
				d.value, pg_catalog.pg_get_expr(con.conbin, 0)) as violated
		from domain as d
		cross join lateral (select con.oid, con.conname, con.conbin from pg_catalog.pg_constraint as con
			where con.contypid = d.type and con.contype = 'c' offset 0) as con
		union all
		select d.*, null, coalesce(con.conname, pg_catalog.left(d.typname, 54) || '_not_null'),
			pg_catalog.format('%s is not distinct from null', d.value)
		from domain as d
		left join pg_catalog.pg_constraint as con on con.contypid = d.type and con.contype = 'n'
		where d.typnotnull
	) as d
	union all
	select 1000000 + r.position, 7, r.name, r.relid, null, null, null,
		null, null, null, false, null, null, null, null, false, true, true, r.violated,
		pg_catalog.format('(select %1$s as key, %2$s.tableoid as part, %2$s.ctid as place from %3$s as %2$s where %4$s) as c',
			r.key, root.row_name, s.rows, r.violated), null
	from root
	join rule as r on r.relid = root.relid
	join source as s on s.relid = r.relid
)
select d.kind, d.name, d.relid, d.object, pg_catalog.array_to_string(d.attnums, ' ') as attnums, d.columns,
	d.parent, pg_catalog.array_to_string(d.parent_attnums, ' ') as parent_attnums, d.parent_shown, d.parent_columns,
	pg_catalog.array_to_string(d.operators, ' ') as operators, d.match_full, d.special, d.special and d.kind <> 4 or d.by_query as by_query, d.type, k.key,
	case when d.kind = 6 and d.special then 'domains inside ranges are not verified'
		when d.by_query and d.violating is null and r.sharded
			then pg_catalog.format('rows of %s are in shards, in which domains are not verified', r.shown)
		when d.by_query and d.violating is null then 'domains inside arrays and composite types are not verified'
		when not pg_catalog.has_schema_privilege(r.space, 'USAGE')
			or not pg_catalog.has_table_privilege(r.relid, 'SELECT')
				and (d.relid <> r.relid or 0 = any (d.attnums) or d.attnums is null
					or exists (select from pg_catalog.pg_index as i where i.indexrelid = d.object and i.indpred is not null)
					or not (select pg_catalog.bool_and(pg_catalog.has_column_privilege(r.relid, a.attnum, 'SELECT'))
						from pg_catalog.unnest(d.attnums || k.attnums) as a (attnum)))
			then pg_catalog.format('SELECT on %s is needed', r.shown)
		when not pg_catalog.has_schema_privilege(d.parent_space, 'USAGE')
			or not pg_catalog.has_table_privilege(d.parent, 'SELECT')
				and not (select pg_catalog.bool_and(pg_catalog.has_column_privilege(d.parent, a.attnum, 'SELECT'))
					from pg_catalog.unnest(d.parent_attnums) as a (attnum))
			then pg_catalog.format('SELECT on %s is needed', d.parent_shown)
		when pg_catalog.row_security_active(r.relid)
			then pg_catalog.format('row security hides rows of %s', r.shown)
		when d.parent is not null and pg_catalog.row_security_active(d.parent)
			then pg_catalog.format('row security hides rows of %s', d.parent_shown) end as reason,
	pg_catalog.format('select pg_catalog.count(*),'
		' coalesce(pg_catalog.jsonb_agg(v.key order by v.n) filter (where v.n <= %s), ''[]'') from'
		' (select c.key, pg_catalog.row_number() over (order by c.part, c.place) as n from ', $3) || d.violating || ') as v' as query,
	d.ends, d.condition, pg_catalog.format('%s as %s', s.rows, r.row_name) as sources,
	pg_catalog.format_type(d.type, null) as type_name
from declared as d
cross join root as r
join source as s on s.is_root
join row_key as k on k.row_name = 'c'
order by d.position, d.kind, d.name collate "C", d.relid, d.attnums, d.object, d.special
