-- columns: facts
-- The identity of table $2 of schema $1, as a JSON array: its OID, which is
-- only valid in the same database; its owner; its columns with their types; and
-- the conditions that an inserted row must satisfy so that queries find it:
-- they rely on NOT NULL, on validated CHECK constraints, and on partition
-- bounds.
with tab as (
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
	select 0, 'demand', pg_catalog.format('pg_catalog.num_nulls(%I.%I) = 0', col.relname, col.attname), ''
	from col
	where col.is_not_null
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
