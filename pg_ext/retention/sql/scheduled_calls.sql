-- columns: step, call, problem, postpones, follows
-- The calls that apply all policies, and purge all other tables with deleted rows,
-- with options $1, as role $2; and those that repair orphans and free space afterwards.  Marked rows are deleted from their table, whose
-- triggers would run as that role: only if it owns the table.  The calls have the
-- types of all arguments, so that no procedure of others with these names fits
-- better.
with given as (
	select cast($1 as pg_catalog.jsonb) as options, cast($1 as pg_catalog.jsonb) - 'orphans' - 'vacuum' as others
), known as (
	select distinct p.table_name, false as is_flag, true as has_policy from {policies} as p
	union all
	select k.table_name, k.is_flag, false
	from (select distinct t.table_name, false as is_flag from dbcare.trash as t where t.action = 'delete'
		union
		select a.table_name, true from {archived_tables} as a where a.mode = 'flag') as k
	where not exists (select from {policies} as p
		where p.table_name = k.table_name and pg_catalog.to_regclass(p.table_name) is not null
			-- a null is no term
			and cast(p.options as pg_catalog.jsonb) ->> 'purge_deleted_after_days' is not null)
)
select step, call, problem, postpones, follows
from (
	select k.table_name as step,
		case when c.oid is null and (k.is_flag or k.has_policy) or k.is_flag and c.relowner <> r.oid then null
			when k.has_policy then pg_catalog.format('call %I.dbarchive_apply(%L::pg_catalog.jsonb, null::pg_catalog.jsonb)', n.nspname,
				(given.others - 'older_than_days') || pg_catalog.jsonb_build_object('relation', k.table_name))
			else pg_catalog.format('call %I.dbarchive_purge(%L::pg_catalog.text, %L::pg_catalog.jsonb, null::pg_catalog.jsonb)', n.nspname, k.table_name, given.others::text) end as call,
		case when c.oid is null then 'the table does not exist'
			else pg_catalog.format('the table, which has mode flag, does not belong to role "%s", which has scheduled the run', r.rolname) end as problem,
		k.has_policy as postpones, false as follows, case when k.has_policy then 1 else 2 end as place
	from known as k
	cross join given
	join pg_catalog.pg_extension as e on e.extname = 'dbcare'
	join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
	join pg_catalog.pg_roles as r on r.rolname = coalesce($2, current_user)
	left join pg_catalog.pg_class as c on c.oid = pg_catalog.to_regclass(k.table_name)
	union all
	select s.step, pg_catalog.format(s.call, n.nspname, s.options || pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('confirm', given.options -> 'confirm'))),
		null, false, false, s.place
	from given
	join pg_catalog.pg_extension as e on e.extname = 'dbcare'
	join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
	cross join lateral (values ('orphans', given.options ->> 'orphans', 'select %I.dbarchive_orphans(%L::pg_catalog.jsonb)',
			pg_catalog.jsonb_build_object('repair', true, 'action', given.options -> 'orphans'), 3),
		('vacuum', nullif(given.options ->> 'vacuum', 'false'), 'call %I.dbarchive_vacuum(%L::pg_catalog.jsonb, null::pg_catalog.jsonb)',
			pg_catalog.jsonb_build_object('dry_run', false), 4)) as s (step, wanted, call, options, place)
	where s.wanted is not null
) as c
order by c.place, c.step
