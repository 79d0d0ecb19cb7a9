-- One anti-join per foreign key, as a probe, with the constraint's own
-- operators and the parent's collation.  A null in a key satisfies MATCH
-- SIMPLE; MATCH FULL wants all or none.  A role from whom row security hides
-- parents would find orphans that are none.
with fk as (
	select con.conname, con.conrelid, con.confrelid, con.confmatchtype,
		con.conkey, con.confkey, con.conpfeqop,
		n.oid as space, n.nspname, pn.oid as parent_space,
		pg_catalog.format('%I.%I', n.nspname, c.relname) as child,
		pg_catalog.format('%I.%I', pn.nspname, p.relname) as parent,
		case when c.relkind <> 'p' then 'only ' end as child_only,
		case when p.relkind <> 'p' then 'only ' end as parent_only,
		coalesce(pg_catalog.to_jsonb(con) ->> 'conperiod', 'false') = 'true' as temporal
	from pg_catalog.pg_constraint as con
	join pg_catalog.pg_class as c on c.oid = con.conrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_class as p on p.oid = con.confrelid
	join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
	where con.contype = 'f' and con.conparentid = 0
		and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'dbcare')
		and c.oid not in (select d.objid from pg_catalog.pg_depend as d
			where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e')
), judged as materialized (
	select fk.*,
		case when fk.temporal then 'foreign keys over periods are not looked at'
			when not pg_catalog.has_schema_privilege(fk.space, 'USAGE')
				or not pg_catalog.has_table_privilege(fk.conrelid, 'SELECT')
			then pg_catalog.format('SELECT on %s is needed', fk.child)
			when not pg_catalog.has_schema_privilege(fk.parent_space, 'USAGE')
				or not pg_catalog.has_table_privilege(fk.confrelid, 'SELECT')
			then pg_catalog.format('SELECT on %s is needed', fk.parent)
			when pg_catalog.row_security_active(fk.conrelid)
			then pg_catalog.format('row security hides rows of %s', fk.child)
			when pg_catalog.row_security_active(fk.confrelid)
			then pg_catalog.format('row security hides rows of %s', fk.parent) end as reason,
		(select pg_catalog.format('from %s%s as c where (%s) and not exists (select from %s%s as p where %s)',
				fk.child_only, fk.child,
				pg_catalog.string_agg(pg_catalog.format('c.%I is not null', a.attname),
					case fk.confmatchtype when 'f' then ' or ' else ' and ' end order by k.place),
				fk.parent_only, fk.parent,
				pg_catalog.string_agg(pg_catalog.format('p.%I operator(%I.%s) c.%I%s',
					pa.attname, opn.nspname, op.oprname, a.attname,
					case when pa.attcollation <> a.attcollation
						then pg_catalog.format(' collate %I.%I', cn.nspname, co.collname) end),
					' and ' order by k.place))
			from rows from (pg_catalog.unnest(fk.conkey), pg_catalog.unnest(fk.confkey),
				pg_catalog.unnest(fk.conpfeqop)) with ordinality as k (attnum, parent_attnum, equal, place)
			join pg_catalog.pg_attribute as a on a.attrelid = fk.conrelid and a.attnum = k.attnum
			join pg_catalog.pg_attribute as pa on pa.attrelid = fk.confrelid and pa.attnum = k.parent_attnum
			join pg_catalog.pg_operator as op on op.oid = k.equal
			join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
			left join pg_catalog.pg_collation as co on co.oid = pa.attcollation
			left join pg_catalog.pg_namespace as cn on cn.oid = co.collnamespace
		) as anti_join
	from fk
)
select case when j.reason is not null then 'unknown' end as severity,
	j.child as object,
	cast(null as double precision) as value,
	pg_catalog.format('%s (constraint %I)', j.parent, j.conname) as detail,
	case when j.reason is null then 'SELECT c.* ' || j.anti_join || ';' end as fix_sql,
	j.reason,
	case when j.reason is null
		then 'select nullif(pg_catalog.count(*), 0) ' || j.anti_join end as probe
from judged as j
order by j.child, j.conname
