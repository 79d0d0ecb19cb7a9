-- columns: name, quoted, kind, bytes, type, operators, is_array, is_generated, is_nullable, key
-- The columns of table $2 of schema $1 as statements over its rows need them: the
-- type below domains, without a length; the operators of its default order, as a
-- JSON array; the place in the primary key.
with recursive tab as (
	select c.oid
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), col as (
	select a.attnum, a.attname, a.atttypid, a.attlen, a.attgenerated <> '' as is_generated, a.attnotnull
	from tab
	join pg_catalog.pg_attribute as a on a.attrelid = tab.oid and a.attnum > 0 and not a.attisdropped
), below (attnum, oid) as (
	select col.attnum, col.atttypid from col
	union all
	select below.attnum, t.typbasetype
	from below
	join pg_catalog.pg_type as t on t.oid = below.oid and t.typtype = 'd'
), base as (
	select col.*, t.oid as type, t.typcategory, t.typtype, t.typelem
	from col
	join below on below.attnum = col.attnum
	join pg_catalog.pg_type as t on t.oid = below.oid and t.typtype <> 'd'
), keys as (
	select k.attnum, k.place
	from tab
	join pg_catalog.pg_index as i on i.indrelid = tab.oid and i.indisprimary and i.indisvalid and i.indimmediate
	cross join pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality as k (attnum, place)
	where k.place <= i.indnkeyatts
)
select b.attname::text as name, pg_catalog.quote_ident(b.attname) as quoted,
	case when b.type in (20, 21, 23) then 'integer'
		when b.type in (700, 701, 1700) then 'number'
		when b.type = 16 then 'bool'
		when b.type = 17 then 'blob'
		when b.type in (114, 3802) then 'json'
		when b.typcategory = 'S' then 'text'
		else 'other' end as kind,
	cast(b.attlen as bigint) as bytes,
	pg_catalog.format_type(b.type, -1) as type,
	(select case when b.type < 16384 then '["pg_catalog.<", "pg_catalog.<=", "pg_catalog.=", "pg_catalog.>=", "pg_catalog.>"]'
			else (select pg_catalog.jsonb_agg(pg_catalog.format('%I.%s', n.nspname, o.oprname) order by s.strategy)
				from pg_catalog.generate_series(1, 5) as s (strategy)
				left join pg_catalog.pg_amop as m on m.amopfamily = c.opcfamily and m.amopstrategy = s.strategy
					and m.amoplefttype = c.opcintype and m.amoprighttype = c.opcintype
				left join pg_catalog.pg_operator as o on o.oid = m.amopopr
				left join pg_catalog.pg_namespace as n on n.oid = o.oprnamespace)::text end
		from pg_catalog.pg_opclass as c
		join pg_catalog.pg_am as am on am.oid = c.opcmethod and am.amname = 'btree'
		join pg_catalog.pg_type as t on t.oid = c.opcintype
		where c.opcdefault and (c.opcintype = b.type
			or t.typname = case when b.typelem <> 0 and b.typcategory = 'A' then 'anyarray'
				else case b.typtype when 'e' then 'anyenum' when 'r' then 'anyrange' when 'm' then 'anymultirange' when 'c' then 'record' end end
				and t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
			or exists (select from pg_catalog.pg_cast as k
				where k.castsource = b.type and k.casttarget = c.opcintype and k.castmethod = 'b' and k.castcontext = 'i'))
		order by c.opcintype = b.type desc, t.typispreferred desc, c.oid
		limit 1) as operators,
	b.typelem <> 0 and b.typcategory = 'A' as is_array,
	b.is_generated, not (b.attnotnull or k.place is not null) as is_nullable,
	cast(coalesce(k.place, 0) as bigint) as key
from base as b
left join keys as k on k.attnum = b.attnum
order by b.attnum
