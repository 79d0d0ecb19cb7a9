-- Shadows of the catalog: schema evil has a function, operator, type and relation of
-- nearly every name that pg_catalog has.  Each that runs says so in the server's log,
-- and fails.  What cannot be imitated (pseudo-types) is left out.
create schema evil;
grant usage on schema evil to public;
create function evil.fail(text) returns text language plpgsql as $$
begin
	raise log 'planted % ran as %', $1, current_user;
	raise exception 'planted % ran', $1;
end $$;
do $$
declare
	r record;
	made integer := 0;
begin
	for r in
		select pg_catalog.format('create function evil.%I(%s) returns %s language plpgsql as %L',
			p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid),
			pg_catalog.format('begin perform evil.fail(%L); return null; end', 'function ' || p.proname)) as sql
		from pg_proc p
		where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f'
		union all
		select pg_catalog.format('create aggregate evil.%I(%s) (sfunc = evil.%I, stype = %s)', p.proname,
			pg_get_function_identity_arguments(p.oid), a.aggtransfn, a.aggtranstype::regtype)
		from pg_proc p join pg_aggregate a on a.aggfnoid = p.oid
		where a.aggkind = 'n'
		union all
		select pg_catalog.format('create operator evil.%s (function = evil.%I, %s rightarg = %s)',
			o.oprname, p.proname,
			case when o.oprkind = 'b' then pg_catalog.format('leftarg = %s,', o.oprleft::regtype) end,
			o.oprright::regtype)
		from pg_operator o join pg_proc p on p.oid = o.oprcode
		where o.oprnamespace = 'pg_catalog'::regnamespace
		union all
		select pg_catalog.format('create view evil.%I as select evil.fail(%L)', c.relname, 'relation ' || c.relname)
		from pg_class c
		where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind in ('r', 'v')
		union all
		select pg_catalog.format('create type evil.%I as enum ()', t.typname)
		from pg_type t
		where t.typnamespace = 'pg_catalog'::regnamespace and t.typtype = 'b' and t.typelem = 0
	loop
		begin
			execute r.sql;
			made := made + 1;
		exception when others then
			null;
		end;
	end loop;
	if made < 3000 then
		raise 'only % shadows', made;
	end if;
end $$;
