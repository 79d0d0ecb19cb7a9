-- columns: quoted, obstacle, estimate, operators, name, column_name, collation, literal, aliases
-- Table $2 of schema $1 and its primary key: the quoted table, what prevents reading
-- it in the order of the key, SQL for its number of rows, the schema of the
-- comparison operators of the key, and for each column its name, its quoted name, an
-- empty collation, an expression that returns its value as a literal, and, for a
-- generated column, a JSON array of the columns that it is computed from, else null.
-- Names in these expressions are qualified, since they run with the caller's
-- search_path.
with recursive col (place, attname, type, opclass) as (
	select k.place, a.attname, a.atttypid, k.opclass
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
	cross join lateral rows from (pg_catalog.unnest(i.indkey::pg_catalog.int2[]),
		pg_catalog.unnest(i.indclass::pg_catalog.oid[])) with ordinality as k (attnum, opclass, place)
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = k.attnum
	where n.nspname = $1 and c.relname = $2 and k.place <= i.indnkeyatts
	union all
	select col.place, col.attname, t.typbasetype, col.opclass
	from col
	join pg_catalog.pg_type as t on t.oid = col.type and t.typtype = 'd'
), key as (
	select col.place, col.attname,
		-- a name would be read in the search_path of the caller
		pg_catalog.format('pg_catalog.format(''%%L::%%s'', t.%I%s, %L)', col.attname,
			case when t.typname ~ '^reg' and tn.nspname = 'pg_catalog' then '::pg_catalog.oid' else '' end,
			pg_catalog.format('%I.%I', tn.nspname, t.typname)) as literal,
		'pg_catalog.money'::pg_catalog.regtype in (t.oid, t.typelem) as is_money, (
			-- the schema of its operators, which all must be in
			select case when pg_catalog.count(*) = 4 and pg_catalog.min(o.oprnamespace) = pg_catalog.max(o.oprnamespace)
				then pg_catalog.min(o.oprnamespace) end
			from pg_catalog.pg_opclass as oc
			join pg_catalog.pg_amop as am on am.amopfamily = oc.opcfamily
				and am.amoplefttype = oc.opcintype and am.amoprighttype = oc.opcintype
			join pg_catalog.pg_operator as o on o.oid = am.amopopr
				and o.oprname = (array['<', '<=', '=', '>=', '>'])[am.amopstrategy]
			where oc.oid = col.opclass and am.amopstrategy in (1, 2, 4, 5)) as operators
	from col
	join pg_catalog.pg_type as t on t.oid = col.type and t.typtype <> 'd'
	join pg_catalog.pg_namespace as tn on tn.oid = t.typnamespace
), whole as (
	select pg_catalog.count(*) as columns, pg_catalog.count(k.operators) as known,
		pg_catalog.min(k.operators) as operators, pg_catalog.max(k.operators) as others,
		pg_catalog.bool_or(k.is_money) as has_money
	from key as k
), part as (
	select pg_catalog.min(leaf.reltuples) as fewest, pg_catalog.sum(leaf.reltuples)::bigint as all_rows
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	cross join lateral (
		select l.reltuples
		from pg_catalog.pg_partition_tree(c.oid) as tree
		join pg_catalog.pg_class as l on l.oid = tree.relid
		where c.relkind = 'p' and tree.isleaf
		union all
		select c.reltuples where c.relkind = 'r'
	) as leaf
	where n.nspname = $1 and c.relname = $2
), origin as (
	-- before version 15 the column depends on them, since then its expression
	select pg_catalog.jsonb_agg(o.attname)::text as names
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attgenerated <> ''
	join pg_catalog.pg_attrdef as e on e.adrelid = c.oid and e.adnum = a.attnum
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = c.oid
		and (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = e.oid
			or d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.objsubid = a.attnum)
	join pg_catalog.pg_attribute as o on o.attrelid = c.oid and o.attnum = d.refobjsubid
	where n.nspname = $1 and c.relname = $2 and a.attname in (select col.attname from col)
)
select pg_catalog.format('%I.%I', n.nspname, c.relname) as quoted,
	case when c.relpersistence = 't' then 'temporary'
		when c.relkind = 'r' and exists (select from pg_catalog.pg_inherits as h where h.inhparent = c.oid) then 'parent'
		when whole.columns = 0 then 'key'
		when whole.known < whole.columns or whole.operators <> whole.others then 'operators'
		when whole.has_money then 'money' end as obstacle,
	case when part.fewest >= 0 then 'SELECT ' || part.all_rows || '::bigint' else 'SELECT null::bigint' end as estimate,
	(select pg_catalog.quote_ident(s.nspname) from pg_catalog.pg_namespace as s where s.oid = whole.operators) as operators,
	k.attname::text as name, pg_catalog.quote_ident(k.attname) as column_name, '' as collation, k.literal, origin.names as aliases
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join whole
cross join part
cross join origin
left join key as k on true
where n.nspname = $1 and c.relname = $2
order by k.place
