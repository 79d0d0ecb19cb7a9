-- columns: name, class, key, source, required, order, indexed
-- The columns of table $2 of schema $1 that are not generated, and what their
-- values are, see common/sync/table.h; the table as a source of its rows alone.
-- The collations C.UTF-8, too, have the order of bytes.
with recursive base (number, type) as (
	select a.attnum, a.atttypid
	from pg_catalog.pg_attribute as a
	join pg_catalog.pg_class as c on c.oid = a.attrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2 and a.attnum > 0
	union all
	select b.number, t.typbasetype
	from base as b
	join pg_catalog.pg_type as t on t.oid = b.type
	where t.typtype = 'd'
)
select a.attname as name,
	case t.oid
		when 'pg_catalog.int2'::pg_catalog.regtype then 'integer'
		when 'pg_catalog.int4'::pg_catalog.regtype then 'integer'
		when 'pg_catalog.int8'::pg_catalog.regtype then 'integer'
		when 'pg_catalog.float4'::pg_catalog.regtype then 'number'
		when 'pg_catalog.float8'::pg_catalog.regtype then 'number'
		when 'pg_catalog.numeric'::pg_catalog.regtype then 'number'
		when 'pg_catalog.bool'::pg_catalog.regtype then 'boolean'
		when 'pg_catalog.bpchar'::pg_catalog.regtype then 'char'
		when 'pg_catalog.bytea'::pg_catalog.regtype then 'blob'
		when 'pg_catalog.date'::pg_catalog.regtype then 'date'
		when 'pg_catalog.time'::pg_catalog.regtype then 'time'
		when 'pg_catalog.timestamp'::pg_catalog.regtype then 'timestamp'
		when 'pg_catalog.timestamptz'::pg_catalog.regtype then 'timestamp'
		when 'pg_catalog.uuid'::pg_catalog.regtype then 'uuid'
		when 'pg_catalog.json'::pg_catalog.regtype then 'json'
		when 'pg_catalog.jsonb'::pg_catalog.regtype then 'json'
		else 'text'
	end as class,
	coalesce(k.place, 0)::pg_catalog.int4 as key,
	case c.relkind when 'r' then 'only ' else '' end
		|| pg_catalog.format('%I.%I', n.nspname, c.relname) as source,
	a.attnotnull as required,
	case
		when o.is_native then pg_catalog.format('%I', a.attname)
		else pg_catalog.format('cast(%I as pg_catalog.text) collate pg_catalog."C"', a.attname)
	end as "order",
	o.is_native and t.typname in ('int2', 'int4', 'int8', 'text', 'varchar', 'uuid', 'bytea')
		and pg_catalog.getdatabaseencoding() = 'UTF8' and k.place is not null as indexed
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join base as b on b.number = a.attnum
join pg_catalog.pg_type as t on t.oid = b.type and t.typtype <> 'd'
left join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
left join lateral pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality as k (number, place)
	on k.number = a.attnum and k.place <= i.indnkeyatts
left join pg_catalog.pg_collation as l on l.oid = a.attcollation
left join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database()
cross join lateral (
	select t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace and (
		t.typname in ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'bool', 'bytea', 'date', 'time',
			'timestamp', 'timestamptz', 'uuid')
		or (t.typname in ('text', 'varchar')
			and case
				when l.collprovider <> 'd' then l.collname
				when coalesce(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') = 'c' then d.datcollate
			end in ('C', 'POSIX', 'C.UTF-8', 'C.utf8', 'ucs_basic'))
	) as is_native
) as o
where n.nspname = $1 and c.relname = $2 and not a.attisdropped and a.attgenerated = ''
order by a.attnum
