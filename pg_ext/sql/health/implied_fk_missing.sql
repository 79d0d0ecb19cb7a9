-- Columns named after a table with a primary key of one column and the same
-- type (customer_id after customer or customers), in no foreign key.  A column
-- with a companion such as item_type may point to one of several tables.
with member as (
	select d.objid
	from pg_catalog.pg_depend as d
	where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e'
), own as (
	select c.oid, c.relnamespace, c.relname, c.relkind, c.relpersistence, n.nspname
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'p') and not c.relispartition
		and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'dbcare')
		and c.oid not in (select m.objid from member as m)
), parent as (
	select o.*, a.attname, a.atttypid, a.attcollation,
		pg_catalog.lower(pg_catalog.replace(o.relname, '_', '')) as plain
	from own as o
	join pg_catalog.pg_index as i on i.indrelid = o.oid
		and i.indisprimary and i.indisvalid and i.indimmediate and i.indnkeyatts = 1
	join pg_catalog.pg_attribute as a on a.attrelid = o.oid and a.attnum = i.indkey[0]
), named as (
	-- as it is, and in the singular
	select p.*, p.plain || 'id' as wanted, 1 as place
	from parent as p
	union all
	select p.*, pg_catalog.regexp_replace(p.plain, 's$', '') || 'id', 2
	from parent as p
	where p.plain ~ '[^s]s$'
	union all
	select p.*, pg_catalog.regexp_replace(p.plain, 'es$', '') || 'id', 3
	from parent as p
	where p.plain ~ '(s|x|z|ch|sh)es$'
	union all
	select p.*, pg_catalog.regexp_replace(p.plain, 'ies$', 'y') || 'id', 4
	from parent as p
	where p.plain ~ 'ies$'
), pointing as (
	select o.*, a.attnum, a.attname, a.atttypid, a.attcollation,
		pg_catalog.lower(pg_catalog.replace(a.attname, '_', '')) as plain
	from own as o
	join pg_catalog.pg_attribute as a on a.attrelid = o.oid
	where a.attnum > 0 and not a.attisdropped and a.attname ~* 'id$'
), implied as (
	select distinct on (c.oid, c.attnum) c.oid, c.nspname, c.relname, c.relkind, c.attnum, c.attname,
		p.nspname as parent_schema, p.relname as parent_name, p.attname as parent_key
	from pointing as c
	join named as p on p.relnamespace = c.relnamespace and p.wanted = c.plain
		and p.atttypid = c.atttypid and p.attcollation = c.attcollation
	where p.oid <> c.oid
		and (c.attname ~ '(_[iI]|[a-z]I)[dD]$' or c.attname = p.attname)
		-- a logged table may not reference one that a crash empties
		and (p.relpersistence = 'p' or c.relpersistence = 'u')
	order by c.oid, c.attnum, p.place, p.relname
)
select 'info' as severity,
	pg_catalog.format('%I.%I', i.nspname, i.relname) as object,
	cast(null as double precision) as value,
	pg_catalog.format('%I, which looks like the key of %I.%I', i.attname, i.parent_schema, i.parent_name) as detail,
	case when i.relkind = 'r' then pg_catalog.format(
		'ALTER TABLE %I.%I ADD FOREIGN KEY (%I) REFERENCES %I.%I (%I) NOT VALID;',
		i.nspname, i.relname, i.attname, i.parent_schema, i.parent_name, i.parent_key) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from implied as i
where not exists (select from pg_catalog.pg_constraint as con
		where con.conrelid = i.oid and con.contype = 'f' and i.attnum = any (con.conkey))
	and not exists (select from pg_catalog.pg_attribute as t
		where t.attrelid = i.oid and not t.attisdropped
			and pg_catalog.lower(t.attname)
				= pg_catalog.regexp_replace(pg_catalog.lower(i.attname), 'id$', 'type'))
order by i.nspname, i.relname, i.attname
