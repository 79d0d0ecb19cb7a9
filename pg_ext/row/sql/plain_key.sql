-- columns: spelling, qualifier, start, rest, key_sql
-- kept
-- Of table $2 of schema $1, if its key is one column whose values have one spelling, which
-- JSON has, too: the condition that finds a row is start, a literal and rest, with the qualifier
-- before in statements that name the table; and the expression for the key of any row. See row/key.sql.
select case when t.typname in ('int2', 'int4', 'int8') then 'integer' when t.typname = 'uuid' then 'uuid' else 'text' end as spelling,
	pg_catalog.format('%I.', c.relname) as qualifier,
	pg_catalog.format('%I operator(pg_catalog.=) cast(', a.attname) as start,
	pg_catalog.format(' as %s)', pg_catalog.format_type(t.oid, -1)) as rest,
	case when t.typname in ('int2', 'int4', 'int8') then pg_catalog.format('pg_catalog.to_jsonb(%I)::pg_catalog.text', a.attname)
		else pg_catalog.format('pg_catalog.to_jsonb(pg_catalog.format(''%%s'', %I))::pg_catalog.text', a.attname) end as key_sql
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary and i.indnkeyatts = 1
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = i.indkey[0]
join pg_catalog.pg_type as t on t.oid = a.atttypid
join pg_catalog.pg_namespace as tn on tn.oid = t.typnamespace
left join pg_catalog.pg_collation as co on co.oid = i.indcollation[0]
join pg_catalog.pg_opclass as oc on oc.oid = i.indclass[0]
join pg_catalog.pg_amop as am on am.amopfamily = oc.opcfamily and am.amopstrategy = 3
	and am.amoplefttype = oc.opcintype and am.amoprighttype = oc.opcintype
join pg_catalog.pg_operator as op on op.oid = am.amopopr
join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
where n.nspname = $1 and c.relname = $2 and tn.nspname = 'pg_catalog'
	and t.typname in ('int2', 'int4', 'int8', 'uuid', 'text', 'varchar')
	and opn.nspname = 'pg_catalog' and op.oprname = '=' and coalesce(co.collisdeterministic, true)
order by 1
