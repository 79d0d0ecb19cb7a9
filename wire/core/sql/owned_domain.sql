-- columns: untrusted
-- A role whose code would run without its rights when the values of domain $1 are
-- tested; no row if there is none.  Its owner is one: functions of PostgreSQL can run any text.
select pg_catalog.pg_get_userbyid(u.owner) as untrusted
from (
	select t.typowner as owner
	from pg_catalog.pg_type as t
	where t.oid = pg_catalog.to_regtype($1)::pg_catalog.oid
	union all
	select coalesce(p.proowner, o.oprowner)
	from pg_catalog.pg_constraint as con
	join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and d.objid = con.oid
	left join pg_catalog.pg_proc as p on d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.refobjid
	left join pg_catalog.pg_operator as o on d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = d.refobjid
	where con.contypid = pg_catalog.to_regtype($1)::pg_catalog.oid
) as u
where not pg_catalog.pg_has_role(u.owner, current_user, 'USAGE')
order by 1
limit 1
