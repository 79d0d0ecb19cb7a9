-- The beginning of each script on PostgreSQL, which run.sh adds: calls of dbcare's functions
-- find them in the schema of the extension, wherever that is, and no other function.  A role
-- that creates objects in that schema could make one that fits a call or an operator of the
-- scripts better.
set search_path = pg_catalog, pg_temp;
do $$
declare
	place name := (select n.nspname from pg_extension as e join pg_namespace as n on n.oid = e.extnamespace where e.extname = 'dbcare');
	creators text := (select string_agg(coalesce(r.rolname, 'PUBLIC'), ', ' order by r.rolname)
		from pg_namespace as n
		cross join lateral (select n.nspowner union select a.grantee from aclexplode(n.nspacl) as a where a.privilege_type = 'CREATE') as c (role)
		left join pg_roles as r on r.oid = case pg_get_userbyid(c.role) when 'pg_database_owner'
			then (select d.datdba from pg_database as d where d.datname = current_database()) else c.role end
		where n.nspname = place and (c.role = 0 or not pg_has_role(r.oid, current_user, 'usage')));
begin
	if place is null then
		raise exception 'the extension dbcare is not installed in this database';
	end if;
	if creators is not null then
		raise exception 'schema % of the extension dbcare lets % create functions, which could run as %', place, creators, current_user
			using hint = 'Move the extension to a separate schema: CREATE SCHEMA care; GRANT USAGE ON SCHEMA care TO public; ALTER EXTENSION dbcare SET SCHEMA care;';
	end if;
	perform set_config('search_path', quote_ident(place), false);
end
$$;
