-- columns: facts
-- The identity of table $2 of schema $1, as a JSON array: its OID, which is
-- only valid in the same database; its owner; its columns with their types; and
-- the conditions that an inserted row must satisfy so that queries find it:
-- they rely on NOT NULL, on validated CHECK constraints, and on partition
-- bounds.
with recursive tab as (
	select c.oid as relid, c.relname, c.relowner, c.relispartition
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), col as (
	select a.attnum, a.attname, a.attgenerated, a.attcollation, t.typcollation,
		pg_catalog.format_type(a.atttypid, a.atttypmod) as type, tab.relname,
		a.attnotnull and not exists (select from pg_catalog.pg_constraint as n
			where n.conrelid = a.attrelid and n.contype = 'n' and n.conkey = array[a.attnum]
				and not n.convalidated) as is_not_null
	from tab
	join pg_catalog.pg_attribute as a on a.attrelid = tab.relid and a.attnum > 0 and not a.attisdropped
	join pg_catalog.pg_type as t on t.oid = a.atttypid
), bound as (
	-- the partition bounds, also of its ancestors; not for a key that is more than
	-- columns, types and operators of PostgreSQL, since to make its condition calls
	-- functions chosen by the owner
	select pg_catalog.format('%I.%I', n.nspname, c.relname) as shown,
		pg_catalog.concat_ws(' ', pg_catalog.pg_get_expr(c.relpartbound, c.oid),
			(select 'beside ' || pg_catalog.string_agg(pg_catalog.pg_get_expr(s.relpartbound, s.oid), ', ' order by s.oid)
				from pg_catalog.pg_inherits as h
				join pg_catalog.pg_inherits as o on o.inhparent = h.inhparent and o.inhrelid <> h.inhrelid
				join pg_catalog.pg_class as s on s.oid = o.inhrelid
				where h.inhrelid = c.oid and pg_catalog.pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT'),
			'PARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid)) as value,
		p.partexprs is not null
			or exists (select from pg_catalog.unnest(p.partclass::pg_catalog.oid[]) as k (oid) where k.oid >= 16384)
			or exists (select from pg_catalog.unnest(p.partattrs::pg_catalog.int2[]) as k (attnum)
				join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = k.attnum
				join pg_catalog.pg_type as t on t.oid = a.atttypid
				where t.oid >= 16384 and t.typtype <> 'e') as is_computed
	from tab
	cross join lateral pg_catalog.pg_partition_ancestors(tab.relid) as a (relid)
	join pg_catalog.pg_class as c on c.oid = a.relid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join pg_catalog.pg_partitioned_table as p on p.partrelid = c.oid
	where tab.relispartition
), domain (column_name, oid) as (
	-- the types of columns, and what these are made of
	select a.attname, a.atttypid
	from tab
	join pg_catalog.pg_attribute as a on a.attrelid = tab.relid and a.attnum > 0 and not a.attisdropped
	union
	select d.column_name, t.typbasetype
	from domain as d
	join pg_catalog.pg_type as t on t.oid = d.oid and t.typtype = 'd'
), domain_column as (
	select d.column_name, t.oid, t.typnotnull, b.base, tab.relname
	from domain as d
	join pg_catalog.pg_type as t on t.oid = d.oid and t.typtype = 'd'
	cross join tab
	cross join lateral (select pg_catalog.format_type(e.oid, null) as base
		from domain as o join pg_catalog.pg_type as e on e.oid = o.oid and e.typtype <> 'd'
		where o.column_name = d.column_name) as b
), fact (place, kind, name, value) as (
	select 0, 'oid', pg_catalog.format('%s/%s', s.system_identifier, d.oid), tab.relid::text
	from tab
	cross join pg_catalog.pg_control_system() as s
	join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database()
	union all
	select 0, 'owner', '', pg_catalog.pg_get_userbyid(tab.relowner)::text
	from tab
	union all
	select col.attnum, 'column', pg_catalog.quote_ident(col.attname),
		col.type || case when col.attcollation <> col.typcollation
			then (select pg_catalog.format(' collate %I.%I', n.nspname, c.collname)
				from pg_catalog.pg_collation as c
				join pg_catalog.pg_namespace as n on n.oid = c.collnamespace
				where c.oid = col.attcollation) else '' end
			|| case col.attgenerated when '' then '' else ' generated' end
	from col
	union all
	select col.attnum, 'place', pg_catalog.quote_ident(col.attname), col.attnum::text
	from col
	union all
	select 0, 'demand', pg_catalog.format('pg_catalog.num_nulls(%I.%I) = 0', col.relname, col.attname), ''
	from col
	where col.is_not_null
	union all
	-- VALUE of a domain is the column of this name
	select 0, 'demand', pg_catalog.format('(select %s from (select %I.%I::%s as value) as "dbcare value")',
		pg_catalog.pg_get_expr(k.conbin, 0), d.relname, d.column_name, d.base), ''
	from domain_column as d
	join pg_catalog.pg_constraint as k on k.contypid = d.oid and k.contype = 'c' and k.convalidated
	union all
	select 0, 'demand', pg_catalog.format('pg_catalog.num_nulls(%I.%I) = 0', d.relname, d.column_name), ''
	from domain_column as d
	where d.typnotnull
	union all
	select 0, 'demand', pg_catalog.pg_get_expr(k.conbin, k.conrelid), ''
	from tab
	join pg_catalog.pg_constraint as k on k.conrelid = tab.relid and k.contype = 'c' and k.convalidated
	union all
	select 0, 'demand', pg_catalog.pg_get_partition_constraintdef(tab.relid), ''
	from tab
	where tab.relispartition and not exists (select from bound where bound.is_computed)
	union all
	select 0, 'partition', bound.shown, bound.value
	from bound
	where exists (select from bound where bound.is_computed)
)
select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('kind', fact.kind, 'name', fact.name,
	'value', fact.value) order by fact.place, fact.kind, fact.name)::text as facts
from fact
where fact.name is not null
