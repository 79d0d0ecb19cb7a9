-- columns: statement, problem
-- The query for the places, from 0, of the keys of JSON array $3 that table $2 of schema $1
-- takes for one of JSON array $4: their operators and collations compare them.  Members of keys of
-- several columns have the numbers of columns if $5, else their names.  Or why they cannot be compared:
-- reading a value of another type can run code of others.
with col as (
	select a.attname, a.attnum, k.place, pg_catalog.count(*) over () as columns, pg_catalog.format_type(b.oid, -1) as type,
		pg_catalog.format('operator(%I.%s)', opn.nspname, op.oprname) as equal,
		case when co.oid is not null then pg_catalog.format(' collate %I.%I', con.nspname, co.collname) end as collated,
		not (b.typtype in ('b', 'e') and coalesce(e.typtype in ('b', 'e'), true) or coalesce(rs.typtype in ('b', 'e'), false)
			or b.typtype = 'c' and not exists (select from pg_catalog.pg_attribute as m
				join pg_catalog.pg_type as mt on mt.oid = m.atttypid
				left join pg_catalog.pg_type as me on me.oid = mt.typelem and mt.typlen = -1
				where m.attrelid = b.typrelid and m.attnum > 0 and not m.attisdropped
					and not (mt.typtype in ('b', 'e') and coalesce(me.typtype in ('b', 'e'), true)))) as is_foreign
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
	cross join lateral rows from (pg_catalog.unnest(i.indkey::pg_catalog.int2[]),
		pg_catalog.unnest(i.indclass::pg_catalog.oid[]), pg_catalog.unnest(i.indcollation::pg_catalog.oid[])) with ordinality as k (attnum, class, coll, place)
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = k.attnum
	join pg_catalog.pg_type as t on t.oid = a.atttypid
	join pg_catalog.pg_type as b on b.oid = case t.typtype when 'd' then t.typbasetype else t.oid end
	left join pg_catalog.pg_type as e on e.oid = b.typelem and b.typlen = -1
	left join pg_catalog.pg_range as r on b.oid in (r.rngtypid, r.rngmultitypid)
	left join pg_catalog.pg_type as rs on rs.oid = r.rngsubtype
	left join pg_catalog.pg_collation as co on co.oid = k.coll
	left join pg_catalog.pg_namespace as con on con.oid = co.collnamespace
	join pg_catalog.pg_opclass as oc on oc.oid = k.class
	join pg_catalog.pg_amop as am on am.amopfamily = oc.opcfamily and am.amopstrategy = 3
		and am.amoplefttype = oc.opcintype and am.amoprighttype = oc.opcintype
	join pg_catalog.pg_operator as op on op.oid = am.amopopr
	join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
	where n.nspname = $1 and c.relname = $2 and k.place <= i.indnkeyatts
), numbered as (
	select col.*, coalesce((select r.attnum from pg_catalog.pg_class as c
		join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
		join pg_catalog.pg_attribute as r on r.attrelid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid) and r.attname = col.attname
		where n.nspname = $1 and c.relname = $2), col.attnum) as number
	from col
), value as (
	select n.*, case when n.columns = 1 then '%s.key #>> ''{}''' when $5 then pg_catalog.format('%%s.key ->> %L', n.number::text)
		else pg_catalog.format('%%s.key ->> %s', pg_catalog.replace(pg_catalog.quote_literal(n.attname), '%', '%%')) end as member
	from numbered as n
)
select pg_catalog.format('select distinct k.number - 1 as number
from pg_catalog.jsonb_array_elements(cast(%L as pg_catalog.jsonb)) with ordinality as k (key, number)
join pg_catalog.jsonb_array_elements(cast(%L as pg_catalog.jsonb)) as w (key) on %s
order by 1', $3::text, $4::text, pg_catalog.string_agg(pg_catalog.format('cast(%s as %s)%s %s cast(%s as %s)%s',
		pg_catalog.format(v.member, 'k'), v.type, v.collated, v.equal, pg_catalog.format(v.member, 'w'), v.type, v.collated), ' and ' order by v.place)) as statement,
	pg_catalog.min(case when v.is_foreign then pg_catalog.format('column %I has the type %s', v.attname, v.type) end) as problem
from value as v
