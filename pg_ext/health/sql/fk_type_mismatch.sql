-- columns: {finding}
-- Foreign keys whose columns have another type or collation than the referenced
-- columns.  Domains count as their base type, varchar as text.  Only integers
-- are widened, which loses nothing, unless another object depends on the type
-- of the column.
with recursive layer (type, base) as (
	select t.oid, t.typbasetype
	from pg_catalog.pg_type as t
	where t.typtype = 'd'
	union all
	select l.type, t.typbasetype
	from layer as l
	join pg_catalog.pg_type as t on t.oid = l.base
	where t.typtype = 'd'
), domain as (
	select l.type, l.base
	from layer as l
	join pg_catalog.pg_type as t on t.oid = l.base
	where t.typtype <> 'd'
), pair as (
	select con.conname, con.conrelid, con.confrelid, a.attnum, a.attname, k.attname as key_name,
		pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
		pg_catalog.format_type(k.atttypid, k.atttypmod) as key_type,
		coalesce(cd.base, a.atttypid) as base, coalesce(kd.base, k.atttypid) as key_base,
		a.attcollation <> k.attcollation as collations_differ,
		a.attinhcount = 0 and a.attidentity = '' and a.attgenerated = ''
			and cd.base is null as is_plain
	from pg_catalog.pg_constraint as con
	cross join lateral rows from (pg_catalog.unnest(con.conkey), pg_catalog.unnest(con.confkey))
		as key (attnum, key_attnum)
	join pg_catalog.pg_attribute as a on a.attrelid = con.conrelid and a.attnum = key.attnum
	join pg_catalog.pg_attribute as k on k.attrelid = con.confrelid and k.attnum = key.key_attnum
	left join domain as cd on cd.type = a.atttypid
	left join domain as kd on kd.type = k.atttypid
	where con.contype = 'f' and con.conparentid = 0
		-- no other constraint uses these columns
		and not con.conpfeqop operator(pg_catalog.<@) array[
			'pg_catalog.=(pg_catalog.int4, pg_catalog.int4)'::pg_catalog.regoperator,
			'pg_catalog.=(pg_catalog.int8, pg_catalog.int8)'::pg_catalog.regoperator,
			'pg_catalog.=(pg_catalog.uuid, pg_catalog.uuid)'::pg_catalog.regoperator]::oid[]
		and (a.atttypid <> k.atttypid or a.attcollation <> k.attcollation)
), mismatch as (
	select p.*, n.nspname, c.relname, {quickly_rewritten:c} as is_quick,
		pg_catalog.format('%I.%I', kn.nspname, kc.relname) as parent,
		p.base <> p.key_base and not ('text'::pg_catalog.regtype in (p.base, p.key_base)
			and 'varchar'::pg_catalog.regtype in (p.base, p.key_base)) as types_differ,
		p.base = 'int2'::pg_catalog.regtype and p.key_base = 'int4'::pg_catalog.regtype
			or p.base in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype)
			and p.key_base = 'int8'::pg_catalog.regtype as is_narrower
	from pair as p
	join pg_catalog.pg_class as c on c.oid = p.conrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_class as kc on kc.oid = p.confrelid
	join pg_catalog.pg_namespace as kn on kn.oid = kc.relnamespace
	where {user_schema:n}
		and {not_in_extension:c.oid}
)
select 'info' as severity,
	pg_catalog.format('%I.%I', m.nspname, m.relname) as object,
	cast(null as double precision) as value,
	case when m.types_differ then pg_catalog.format('%I is %s, but %I of %s is %s',
			m.attname, m.type, m.key_name, m.parent, m.key_type)
		else pg_catalog.format('%I has another collation than %I of %s',
			m.attname, m.key_name, m.parent) end as detail,
	case when m.is_plain and m.is_narrower and m.is_quick and not exists (
			select from pg_catalog.pg_depend as d
			where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
				and d.refobjid = m.conrelid and d.refobjsubid = m.attnum
				and d.classid in ('pg_catalog.pg_rewrite'::pg_catalog.regclass,
					'pg_catalog.pg_trigger'::pg_catalog.regclass,
					'pg_catalog.pg_policy'::pg_catalog.regclass))
		then pg_catalog.format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE %s;',
			m.nspname, m.relname, m.attname, pg_catalog.format_type(m.key_base, null)) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from mismatch as m
where m.types_differ or m.collations_differ
order by m.nspname, m.relname, m.conname, m.attname, m.parent
