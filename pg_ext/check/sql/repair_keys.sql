-- columns: schema_name, table_name, shown, root, parent_root, name, columns, orphaned, nulls, parts, defaults, not_null, on_delete, reason, lost, named
-- The foreign keys of user tables, once for each leaf partition; the columns
-- are those of dbc_check_foreign_key.  Orphans are determined by the
-- constraint's operators and the parent's collation.  A null in a key satisfies
-- MATCH SIMPLE; MATCH FULL requires all columns or none to be null.
with fk as (
	select con.conname, con.conrelid, con.confrelid, con.confmatchtype, con.conkey, con.confkey,
		con.conpfeqop, con.confdeltype, pg_catalog.to_jsonb(con) as document,
		pc.relkind as parent_kind, pn.oid as parent_space,
		pg_catalog.format('%I.%I', pn.nspname, pc.relname) as parent
	from pg_catalog.pg_constraint as con
	join pg_catalog.pg_class as c on c.oid = con.conrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_class as pc on pc.oid = con.confrelid
	join pg_catalog.pg_namespace as pn on pn.oid = pc.relnamespace
	where con.contype = 'f' and con.conparentid = 0 and c.relpersistence <> 't'
		and {user_schema:n}
		and c.oid not in (select d.objid from pg_catalog.pg_depend as d
			where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e')
), leaf as (
	select fk.*, l.oid as relid, l.relowner, n.nspname, l.relname,
		pg_catalog.format('%I.%I', n.nspname, l.relname) as shown
	from fk
	cross join lateral (select fk.conrelid as relid
		union
		select t.relid from pg_catalog.pg_partition_tree(fk.conrelid) as t where t.isleaf) as part
	join pg_catalog.pg_class as l on l.oid = part.relid and l.relkind = 'r'
	join pg_catalog.pg_namespace as n on n.oid = l.relnamespace
), col as (
	select leaf.relid, leaf.conname, leaf.conrelid, k.place, a.attname, a.attnotnull,
		pg_catalog.format('%I.%I', leaf.relname, a.attname) as name,
		pg_catalog.quote_ident(pa.attname) as parent_name,
		-- a domain may contain values that it does not accept
		case when pt.typtype <> 'd' then pg_catalog.jsonb_build_array(pa.attname,
			pg_catalog.format('%I.%I', ptn.nspname, pt.typname)) end as named,
		pg_catalog.format('"dbcare parent".%I operator(%I.%s) %I.%I%s', pa.attname, opn.nspname,
			op.oprname, leaf.relname, a.attname,
			case when pa.attcollation <> a.attcollation
				then pg_catalog.format(' collate %I.%I', cn.nspname, co.collname) end) as equal,
		-- SET NULL and SET DEFAULT can name some of the columns
		pg_catalog.jsonb_typeof(leaf.document -> 'confdelsetcols') is distinct from 'array'
			or leaf.document -> 'confdelsetcols' @> pg_catalog.to_jsonb(k.attnum) as set
	from leaf
	cross join lateral rows from (pg_catalog.unnest(leaf.conkey), pg_catalog.unnest(leaf.confkey),
		pg_catalog.unnest(leaf.conpfeqop)) with ordinality as k (attnum, parent_attnum, equal, place)
	join pg_catalog.pg_attribute as ta on ta.attrelid = leaf.conrelid and ta.attnum = k.attnum
	join pg_catalog.pg_attribute as a on a.attrelid = leaf.relid and a.attname = ta.attname
	join pg_catalog.pg_attribute as pa on pa.attrelid = leaf.confrelid and pa.attnum = k.parent_attnum
	join pg_catalog.pg_type as pt on pt.oid = pa.atttypid
	join pg_catalog.pg_namespace as ptn on ptn.oid = pt.typnamespace
	join pg_catalog.pg_operator as op on op.oid = k.equal
	join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
	left join pg_catalog.pg_collation as co on co.oid = pa.attcollation
	left join pg_catalog.pg_namespace as cn on cn.oid = co.collnamespace
)
select leaf.nspname as schema_name, leaf.relname as table_name, leaf.shown,
	coalesce((select pg_catalog.format('%I.%I', n.nspname, c.relname)
		from pg_catalog.pg_class as c
		join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
		where c.oid = pg_catalog.pg_partition_root(leaf.relid)), leaf.shown) as root,
	coalesce((select pg_catalog.format('%I.%I', n.nspname, c.relname)
		from pg_catalog.pg_class as c
		join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
		where c.oid = pg_catalog.pg_partition_root(leaf.confrelid)), leaf.parent) as parent_root,
	leaf.conname as name,
	pg_catalog.string_agg(pg_catalog.quote_ident(col.attname), ', ' order by col.place) as columns,
	pg_catalog.format('(%s) and not exists (select from %s%s as "dbcare parent" where %s)',
		pg_catalog.string_agg(pg_catalog.format('pg_catalog.num_nulls(%s) < 1', col.name),
			case leaf.confmatchtype when 'f' then ' or ' else ' and ' end order by col.place),
		case when leaf.parent_kind <> 'p' then 'only ' end, leaf.parent,
		pg_catalog.string_agg(col.equal, ' and ' order by col.place)) as orphaned,
	pg_catalog.string_agg(pg_catalog.format('%I = null', col.attname), ', ' order by col.place) as nulls,
	pg_catalog.string_agg(pg_catalog.format('%I = null', col.attname), ', ' order by col.place)
		filter (where col.set) as parts,
	pg_catalog.string_agg(pg_catalog.format('%I = default', col.attname), ', ' order by col.place)
		filter (where col.set) as defaults,
	(pg_catalog.array_agg(pg_catalog.quote_ident(col.attname) order by col.place)
		filter (where col.attnotnull))[1] as not_null,
	case leaf.confdeltype when 'c' then 'cascade' when 'n' then 'set_null'
		when 'd' then 'set_default' else 'none' end as on_delete,
	case when coalesce(leaf.document ->> 'conperiod', 'false') = 'true'
		then 'foreign keys over periods are not repaired'
		when {sharded:leaf.relid} or {sharded:leaf.confrelid}
		then pg_catalog.format('rows of %s are in shards: repair them with UPDATE or DELETE', leaf.shown)
		when not pg_catalog.pg_has_role(leaf.relowner, 'USAGE')
		then pg_catalog.format('only its owner can repair %s', leaf.shown)
		when not pg_catalog.has_schema_privilege(leaf.parent_space, 'USAGE')
			or not pg_catalog.has_table_privilege(leaf.confrelid, 'SELECT')
		then pg_catalog.format('SELECT on %s is needed', leaf.parent)
		when pg_catalog.row_security_active(leaf.relid)
		then pg_catalog.format('row security hides rows of %s', leaf.shown)
		when pg_catalog.row_security_active(leaf.confrelid)
		then pg_catalog.format('row security hides rows of %s', leaf.parent) end as reason,
	pg_catalog.format('as "dbcare parent" (%s) where %s)',
		pg_catalog.string_agg(col.parent_name, ', ' order by col.place),
		pg_catalog.string_agg(col.equal, ' and ' order by col.place)) as lost,
	case when pg_catalog.bool_and(col.named is not null)
		then pg_catalog.jsonb_agg(col.named order by col.place)::text end as named
from leaf
join col on col.relid = leaf.relid and col.conname = leaf.conname and col.conrelid = leaf.conrelid
group by leaf.relid, leaf.relowner, leaf.nspname, leaf.relname, leaf.shown, leaf.confrelid, leaf.parent_space,
	leaf.parent, leaf.parent_kind, leaf.conname, leaf.confmatchtype, leaf.confdeltype, leaf.document
order by root, columns, leaf.conname, leaf.shown
