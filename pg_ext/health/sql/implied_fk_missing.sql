-- columns: {finding}
-- Columns named after a table with a primary key of one column and the same
-- type (customer_id after customer or customers), without a foreign key.  A
-- column with a companion such as item_type may refer to several tables.  Both
-- sides are sorted into one list, in which a column follows the key it is named
-- after: the planner has no statistics for a join.  Orphaned rows show that the
-- guess was wrong, so the repair tests for them.
with own as materialized (
	select c.oid, c.relnamespace, c.relname
	from pg_catalog.pg_class as c
	where c.relkind in ('r', 'p') and not c.relispartition
		and c.relnamespace in (select n.oid from pg_catalog.pg_namespace as n
			where {user_schema:n})
		and {not_in_extension:c.oid}
), parent as (
	select o.oid, o.relnamespace, o.relname, i.indkey[0] as attnum,
		pg_catalog.lower(pg_catalog.replace(o.relname, '_', '')) as plain
	from own as o
	join pg_catalog.pg_index as i on i.indrelid = o.oid
		and i.indisprimary and i.indisvalid and i.indimmediate and i.indnkeyatts = 1
), listed as (
	-- unchanged, and in the singular
	select p.oid, p.relnamespace, p.relname, p.attnum, p.plain || 'id' as key, 1 as place
	from parent as p
	union all
	select p.oid, p.relnamespace, p.relname, p.attnum, pg_catalog.left(p.plain, -1) || 'id', 2
	from parent as p
	where p.plain like '%s' and p.plain not like '%ss'
	union all
	select p.oid, p.relnamespace, p.relname, p.attnum, pg_catalog.left(p.plain, -2) || 'id', 3
	from parent as p
	where p.plain ~ '(s|x|z|ch|sh)es$'
	union all
	select p.oid, p.relnamespace, p.relname, p.attnum, pg_catalog.left(p.plain, -3) || 'yid', 4
	from parent as p
	where p.plain like '%ies'
	union all
	select o.oid, o.relnamespace, o.relname, a.attnum, pg_catalog.lower(pg_catalog.replace(a.attname, '_', '')), 5
	from own as o
	-- offset 0 keeps the planner from reading all columns of all indexes
	cross join lateral (select a.attname, a.attnum
		from pg_catalog.pg_attribute as a
		where a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
			and (a.attname like '%_id' or a.attname like '%_Id' or a.attname like '%_ID')
		offset 0) as a
	where (o.oid, a.attnum) not in (select con.conrelid, pg_catalog.unnest(con.conkey)
			from pg_catalog.pg_constraint as con where con.contype = 'f')
), named as (
	select l.oid, l.attnum, l.place,
		pg_catalog.first_value(l.place) over likeness as parent_place,
		pg_catalog.first_value(l.oid) over likeness as parent,
		pg_catalog.first_value(l.attnum) over likeness as parent_attnum
	from listed as l
	window likeness as (partition by l.relnamespace, l.key order by l.place, l.relname)
), implied as materialized (
	select ns.nspname, o.oid, o.relname, o.relkind, a.attname, p.relname as parent_name, k.attname as parent_key
	from named as n
	join pg_catalog.pg_class as o on o.oid = n.oid
	join pg_catalog.pg_class as p on p.oid = n.parent
	join pg_catalog.pg_namespace as ns on ns.oid = o.relnamespace
	join pg_catalog.pg_attribute as a on a.attrelid = n.oid and a.attnum = n.attnum
	join pg_catalog.pg_attribute as k on k.attrelid = n.parent and k.attnum = n.parent_attnum
	where n.place = 5 and n.parent_place < 5 and n.parent <> n.oid
		and k.atttypid = a.atttypid and k.attcollation = a.attcollation
		and (a.attname ~ '(_[iI]|[a-z]I)[dD]$' or a.attname = k.attname)
		-- the rows of an inheritance parent are in its children, which a foreign key does not look at
		and (p.relkind = 'p' or p.oid not in (select h.inhparent from pg_catalog.pg_inherits as h))
		-- a logged table cannot reference an unlogged one
		and (p.relpersistence = 'p' or o.relpersistence = 'u')
)
select 'info' as severity,
	pg_catalog.format('%I.%I', i.nspname, i.relname) as object,
	cast(null as double precision) as value,
	pg_catalog.format('%I, which looks like the key of %I.%I', i.attname, i.nspname, i.parent_name) as detail,
	case when i.relkind = 'r' then pg_catalog.format(
		'ALTER TABLE %1$I.%2$I ADD CONSTRAINT %3$I FOREIGN KEY (%4$I) REFERENCES %1$I.%5$I (%6$I) NOT VALID;'
		' ALTER TABLE %1$I.%2$I VALIDATE CONSTRAINT %3$I;',
		i.nspname, i.relname, pg_catalog.left(i.relname, 29) || '_' || pg_catalog.left(i.attname, 28) || '_fkey',
		i.attname, i.parent_name, i.parent_key) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from implied as i
where not exists (select from pg_catalog.pg_attribute as t
		where t.attrelid = i.oid and not t.attisdropped
			and pg_catalog.lower(t.attname)
				= pg_catalog.regexp_replace(pg_catalog.lower(i.attname), 'id$', 'type'))
order by i.nspname, i.relname, i.attname
