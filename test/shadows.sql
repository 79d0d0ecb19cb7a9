-- Shadows of the catalog: schema evil has a function, operator and relation of nearly
-- every name that pg_catalog has, and does what that does; each that runs says so in the
-- server's log.  What cannot be imitated (arguments of type internal) is left out.
create schema evil;
grant usage on schema evil to public;
create function evil.note(text) returns void language plpgsql as $$
begin
	raise log 'planted % ran as %', $1, current_user;
end $$;
do $$
declare
	r record;
	made integer := 0;
begin
	for r in
		select pg_catalog.format('create function evil.%I(%s) returns %s language plpgsql %s %s as %L',
			p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid),
			case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
			case when p.proisstrict then 'strict' else '' end,
			pg_catalog.format('begin perform evil.note(%L); %s; end', 'function ' || p.proname,
				case when p.proretset or p.provariadic <> 0 or p.prorettype = 'void'::regtype
						or p.prorettype = 'record'::regtype
					then pg_catalog.format('raise ''planted function %s ran''', p.proname)
					else pg_catalog.format('return pg_catalog.%I(%s)', p.proname,
						(select string_agg('$' || n, ', ') from generate_series(1, p.pronargs) as n)) end)) as sql
		from pg_proc p
		where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f'
		union all
		select pg_catalog.format('create aggregate evil.%I(%s) (sfunc = evil.%I, stype = %s%s)', p.proname,
			pg_get_function_identity_arguments(p.oid), a.aggtransfn, a.aggtranstype::regtype,
			', initcond = ' || quote_literal(a.agginitval))
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
		select pg_catalog.format('create view evil.%I as select evil.note(%L)', c.relname, 'relation ' || c.relname)
		from pg_class c
		where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind in ('r', 'v')
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
