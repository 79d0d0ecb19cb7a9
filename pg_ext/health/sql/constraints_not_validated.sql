-- columns: {finding}
-- NOT VALID constraints of tables and domains, from pg_constraint.  Validating
-- the topmost table also validates the inherited constraints of partitions and
-- children.  NOT ENFORCED constraints of later versions are NOT VALID by
-- design.
with unvalidated as (
	select con.conname, con.connamespace, con.conrelid, con.contypid
	from pg_catalog.pg_constraint as con
	where not con.convalidated and con.conparentid = 0 and con.coninhcount = 0
		and pg_catalog.to_jsonb(con) ->> 'conenforced' is distinct from 'false'
), named as (
	select n.nspname, coalesce(c.relname, t.typname) as name, u.conname,
		case when c.oid is null then 'DOMAIN' else 'TABLE' end as kind
	from unvalidated as u
	join pg_catalog.pg_namespace as n on n.oid = u.connamespace
	left join pg_catalog.pg_class as c on c.oid = u.conrelid
	left join pg_catalog.pg_type as t on t.oid = u.contypid
	where {user_schema:n}
		and coalesce(c.oid, t.oid) not in (select d.objid from pg_catalog.pg_depend as d
			where d.classid in ('pg_catalog.pg_class'::pg_catalog.regclass,
				'pg_catalog.pg_type'::pg_catalog.regclass) and d.deptype = 'e')
)
select 'warning' as severity,
	pg_catalog.format('%I.%I', m.nspname, m.name) as object,
	cast(null as double precision) as value,
	pg_catalog.quote_ident(m.conname) as detail,
	pg_catalog.format('ALTER %s %I.%I VALIDATE CONSTRAINT %I;',
		m.kind, m.nspname, m.name, m.conname) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from named as m
order by m.nspname, m.name, m.conname, m.kind
