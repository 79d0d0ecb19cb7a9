-- columns: attnum, parent, parent_attnum, operator, type, parent_type
-- Column $3 of table $2 of schema $1, which refers to column $6 of table $5 of
-- schema $4, and the operator parent = child that compares them as a foreign key
-- would, after converting the type of the child to the parent's or the reverse;
-- null if there is none.
with col as (
	select k.place, a.attrelid, a.attnum, a.atttypid, t.typtype, t.typelem, t.typlen, t.typcategory,
		case when t.typtype = 'd' then t.typbasetype else t.oid end as base
	from (values (1, $1::text, $2::text, $3::text), (2, $4::text, $5::text, $6::text)) as k (place, schema, name, attname)
	join pg_catalog.pg_namespace as n on n.nspname = k.schema
	join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = k.name
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = k.attname
	join pg_catalog.pg_type as t on t.oid = a.atttypid
), comparable as (
	-- the types that operators take a type for: itself, what it is implicitly
	-- converted to, and the pseudo types
	select col.place, col.base as type, 0 as distance from col
	union all
	select col.place, c.casttarget, case c.castmethod when 'b' then 1 else 2 end
	from col
	join pg_catalog.pg_cast as c on c.castsource = col.base and c.castcontext = 'i'
	union all
	select col.place, p.type::pg_catalog.regtype, 1
	from col
	join pg_catalog.pg_type as b on b.oid = col.base
	join (values ('e', 'anyenum'), ('r', 'anyrange'), ('m', 'anymultirange'), ('c', 'record')) as p (typtype, type)
		on p.typtype = b.typtype
	union all
	select col.place, 'anyarray'::pg_catalog.regtype, 1
	from col
	join pg_catalog.pg_type as b on b.oid = col.base
	where b.typelem <> 0 and b.typlen = -1
)
select child.attnum::int as attnum, parent.attrelid::bigint as parent, parent.attnum::int as parent_attnum,
	(select o.oid::bigint
		from comparable as l
		join pg_catalog.pg_operator as o on o.oprname = '=' and o.oprleft = l.type
			and o.oprnamespace = 'pg_catalog'::pg_catalog.regnamespace
		join comparable as r on r.place = 1 and r.type = o.oprright
		where l.place = 2 and o.oprcanmerge
			and (l.type not in ('anyenum'::pg_catalog.regtype, 'anyarray'::pg_catalog.regtype,
					'anyrange'::pg_catalog.regtype, 'record'::pg_catalog.regtype)
				or parent.base = child.base)
		order by l.distance + r.distance, l.distance, o.oid
		limit 1) as operator,
	pg_catalog.format_type(child.atttypid, null) as type, pg_catalog.format_type(parent.atttypid, null) as parent_type
from col as child
join col as parent on parent.place = 2
where child.place = 1
order by 1
