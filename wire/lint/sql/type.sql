-- columns: base, modifier, is_checked, text
-- The type that the domain $1, or else the type itself, is based on, with its modifier; whether the domain
-- or one below it has constraints; and the name of $1, with its schema unless it is found along the path $2.
with recursive step as (
	select t.oid, t.typbasetype, -1 as modifier, t.typtypmod, t.typnotnull, 0 as depth
	from pg_catalog.pg_type as t
	where t.oid = cast($1 as pg_catalog.oid)
	union all
	select t.oid, t.typbasetype, step.typtypmod, t.typtypmod, t.typnotnull, step.depth + 1
	from step
	join pg_catalog.pg_type as t on t.oid = step.typbasetype
)
select s.oid::bigint as base, s.modifier,
	exists (select from step where step.typbasetype <> 0 and (step.typnotnull
		or exists (select from pg_catalog.pg_constraint as con where con.contypid = step.oid))) as is_checked,
	pg_catalog.format(case when e.typnamespace is distinct from (select o.typnamespace
			from pg_catalog.pg_type as o
			where o.typname = e.typname and o.typnamespace = any (cast($2 as pg_catalog.oid[]))
			order by pg_catalog.array_position(cast($2 as pg_catalog.oid[]), o.typnamespace)
			limit 1) then '%2$I.%1$I%3$s' else '%1$I%3$s' end, e.typname, n.nspname,
		case when e.oid <> t.oid then '[]' end) as text
from step as s
join pg_catalog.pg_type as t on t.oid = cast($1 as pg_catalog.oid)
join pg_catalog.pg_type as e on e.oid = case when t.typcategory = 'A' and t.typelem <> 0 and t.typlen = -1
	then t.typelem else t.oid end
join pg_catalog.pg_namespace as n on n.oid = e.typnamespace
where s.typbasetype = 0
order by 1
