-- columns: index
-- The indexes of the table $1 that are built again if its column $2 gets the type $3 and the collation of
-- that type, or the one named $4 in a schema of the path $5.
with col as (
	select a.atttypid as old, a.attcollation, a.attnum, t.oid as new,
		case when cast($4 as text) is null then t.typcollation
			else (select c.oid
				from pg_catalog.pg_collation as c
				where c.collname = $4 and c.collnamespace = any (cast($5 as pg_catalog.oid[]))
					and c.collencoding in (-1, (select d.encoding from pg_catalog.pg_database as d
						where d.datname = pg_catalog.current_database()))
				order by pg_catalog.array_position(cast($5 as pg_catalog.oid[]), c.collnamespace), c.collencoding desc
				limit 1) end as collation
	from pg_catalog.pg_attribute as a
	join pg_catalog.pg_type as t on t.oid = cast($3 as pg_catalog.oid)
	where a.attrelid = cast($1 as pg_catalog.oid) and a.attnum = cast($2 as pg_catalog.int4)
), ind as (
	select i.indexrelid, i.indnkeyatts, i.indkey::pg_catalog.int2[] as keys, i.indclass::pg_catalog.oid[] as classes,
		i.indexprs is null and i.indpred is null as is_plain, c.relam,
		exists (select from pg_catalog.pg_depend as d
			where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = i.indexrelid
				and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = i.indrelid
				and d.refobjsubid = cast($2 as pg_catalog.int4)) as depends
	from pg_catalog.pg_index as i
	join pg_catalog.pg_class as c on c.oid = i.indexrelid
	where i.indrelid = cast($1 as pg_catalog.oid)
), base as (
	with recursive step as (
		select t.oid as type, t.oid, t.typbasetype
		from pg_catalog.pg_type as t
		where t.oid in (select col.old from col union select col.new from col)
		union all
		select step.type, t.oid, t.typbasetype
		from step
		join pg_catalog.pg_type as t on t.oid = step.typbasetype
	)
	select step.type, step.oid from step where step.typbasetype = 0
), usual as (
	-- the default operator class of each type and access method
	select distinct on (base.type, o.opcmethod) base.type, o.opcmethod, o.oid
	from base
	join pg_catalog.pg_opclass as o on o.opcdefault and (o.opcintype = base.oid
		or exists (select from pg_catalog.pg_cast as c
			where c.castsource = base.oid and c.casttarget = o.opcintype and c.castmethod = 'b' and c.castcontext = 'i'))
	join pg_catalog.pg_type as t on t.oid = o.opcintype
	order by base.type, o.opcmethod, o.opcintype = base.oid desc, t.typispreferred desc, o.oid
)
select ind.indexrelid::bigint as index
from ind
cross join col
cross join pg_catalog.generate_subscripts(ind.keys, 1) with ordinality as k (subscript, place)
left join pg_catalog.pg_opclass as o on o.oid = ind.classes[k.subscript] and k.place <= ind.indnkeyatts
left join pg_catalog.pg_type as t on t.oid = o.opcintype
left join usual as u on u.type = col.old and u.opcmethod = ind.relam
left join usual as v on v.type = col.new and v.opcmethod = ind.relam
where case when not ind.is_plain then ind.depends or ind.keys[k.subscript] = col.attnum
	when ind.keys[k.subscript] <> col.attnum or k.place > ind.indnkeyatts then false
	when col.collation is distinct from col.attcollation then true
	when col.old = col.new then false
	else t.typtype = 'p' or (u.oid = o.oid and v.oid is distinct from o.oid) end
order by 1
limit 1
