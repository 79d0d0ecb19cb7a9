#!/bin/bash
# The closure of grants, part one (grants_closure_calls.sh is the other), PostgreSQL alone: a role that has one area and nothing
# else tries to write each table and sequence of schema dbcare, in each way there
# is.  Code that it would leave there must not have run with the rights of
# anybody else, and nothing that belongs to others may have changed.  Tables
# come from the catalog: a new one is in it by itself.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

areas='monitor migrate archive audit backup admin'

# as ROLE SQL: what the role gets.
as()
{
	PGUSER=$1 postgresql closure <<<"$2" || true
}

start_server server shared_preload_libraries=dbcare
postgresql postgres <<<'create database closure'
postgresql closure >"$tmp/made" <<-'END'
	create role by_default login;
	create schema by_default authorization by_default;
	alter default privileges grant all on tables to by_default;
	alter default privileges grant all on functions to by_default;
	alter default privileges grant all on schemas to by_default;
	alter default privileges grant select on tables to public;
	alter default privileges grant all on sequences to public;
	create extension dbcare;
	select dbcare_install();
	alter default privileges revoke all on tables from by_default, public;
	alter default privileges revoke all on functions from by_default;
	alter default privileges revoke all on schemas from by_default;
	alter default privileges revoke all on sequences from public;
	create table public.accounts (id integer primary key, name text, at timestamptz default now());
	insert into public.accounts values (1, 'one'), (2, 'two');
	select dbarchive_enable('public.accounts', '{"mode": "trash"}');
	select dbaudit_enable('public.accounts');
	select dbarchive_delete('public.accounts', 2);
	create schema evil;
	grant usage on schema evil to public;
	-- sequences, since a rollback does not take back what they count
	create sequence evil.gained;
	create sequence evil.ran;
	grant usage on sequence evil.gained, evil.ran to public;
	create function evil.f() returns text language plpgsql as $$
	begin
		perform pg_catalog.nextval('evil.ran');
		if current_user !~ '^area_' then
			perform pg_catalog.nextval('evil.gained');
		end if;
		return 'x';
	end $$;
	create function evil.fires() returns trigger language plpgsql as $$
	begin
		perform evil.f();
		return null;
	end $$;
END
for area in $areas; do
	postgresql closure >"$tmp/made" <<-END
		create role area_$area login;
		create schema area_$area authorization area_$area;
		select dbcare_grant('area_$area', '$area');
	END
done

# ---- every table ----

# The statements that write, or prepare to, on each table and sequence of dbcare; a
# statement that is not refused is a line.
cat >"$tmp/dml.sql" <<-'END'
	create function pg_temp.tries() returns setof text language plpgsql as $$
	declare
		r record;
	begin
		for r in select pg_catalog.format(t.text, c.relname, a.attname, current_user, c.relname) as text
			from pg_catalog.pg_class as c
			join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = 1
			cross join (values ('rp', 'insert into dbcare.%1$I default values'), ('rp', 'update dbcare.%1$I set %2$I = %2$I'),
				('rp', 'delete from dbcare.%1$I'), ('rp', 'truncate dbcare.%1$I'),
				('rp', 'create trigger evil after insert on dbcare.%1$I for each row execute function evil.fires()'),
				('rp', 'create table %3$I.%4$I (x text references dbcare.%1$I)'),
				('rp', 'copy dbcare.%1$I from program ''true'''), ('rp', 'lock table dbcare.%1$I in exclusive mode'),
				('rp', 'alter table dbcare.%1$I disable row level security'),
				('rp', 'create policy evil on dbcare.%1$I using (evil.f() = ''x'')'),
				('rp', 'create rule evil as on insert to dbcare.%1$I do also select evil.f()'),
				('rp', 'create index on dbcare.%1$I ((%2$I::text || evil.f()))'),
				('S', 'select pg_catalog.nextval(''dbcare.%1$I'')'), ('S', 'select pg_catalog.setval(''dbcare.%1$I'', 99)')) as t (kinds, text)
			where c.relnamespace = 'dbcare'::pg_catalog.regnamespace and pg_catalog.strpos(t.kinds, c.relkind::text) > 0
		loop
			begin
				execute r.text;
				return next r.text;
			exception
				when insufficient_privilege then null;
				-- a table without a primary key cannot be referred to
				when undefined_object then null;
				when others then return next r.text || ': ' || sqlerrm;
			end;
		end loop;
	end $$;
	select * from pg_temp.tries();
END
is "$(postgresql closure <<<"select count(*) > 40 from pg_class where relnamespace = 'dbcare'::regnamespace and relkind = 'r'")" \
	t 'there are tables to try'
for area in $areas; do
	is "$(as "area_$area" "$(cat "$tmp/dml.sql")")" '' "area $area writes no table"
done
is "$(postgresql closure <<<"select c.relname, a.grantee::regrole, a.privilege_type from pg_class as c, aclexplode(c.relacl) as a
	where c.relnamespace = 'dbcare'::regnamespace and a.grantee <> c.relowner and a.privilege_type <> 'SELECT'")" '' \
	'nobody but the owner has more than SELECT'
is "$(as by_default "$(cat "$tmp/dml.sql"); select has_table_privilege('dbcare.setting', 'select'), has_table_privilege('dbcare.audit_key', 'select')")" 't f' \
	'default privileges give no rights on new tables'
is "$(as by_default "select proname from pg_proc as p join pg_depend as d on d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
	where proname ~ '^db' and has_function_privilege(p.oid, 'execute') and exists (select from aclexplode(p.proacl) as a where a.grantee = 'by_default'::regrole);
	select has_schema_privilege('dbcare', 'create'), has_function_privilege('dbcare_grant(text, text, jsonb)', 'execute')")" 'f f' '... on functions, or in the schema'

finish
