-- Health checks of rights: public_schema_create, extension_schema_open,
-- secdef_search_path, rls_gaps, weak_auth.
begin;
\ir begin.psql
select no_plan();
create schema hc;
create role hc_other;

-- ---- public_schema_create ----

revoke create on schema public from public;
grant create on schema hc to hc_other;
grant usage on schema hc to public;
select is(pg_temp.found('public_schema_create', '%'), 'nothing', 'CREATE for one role and USAGE for all are no findings');
create schema "Hc ""All""";
grant create on schema "Hc ""All""", public to public;
select is(pg_temp.found('public_schema_create', '%'), '"Hc ""All""" warning, public warning', 'public_schema_create finds CREATE for all roles');
select fix_sql from pg_temp.said('public_schema_create') \gexec
select is(pg_temp.found('public_schema_create', '%'), 'nothing', 'fix_sql revokes CREATE');

-- ---- extension_schema_open ----

select is(pg_temp.found('extension_schema_open', '%'), 'nothing', 'a schema in which superusers alone create objects is no finding');
grant create on schema public to hc_other, public;
select is((select message from pg_temp.said('extension_schema_open')),
	'schema public of the extension dbcare lets PUBLIC, hc_other create functions', 'extension_schema_open names who may create objects');
revoke create on schema public from hc_other, public;

-- ---- secdef_search_path ----

create type hc."Ty pe" as (a int);
create function hc.plain() returns int language sql as 'select 1';
create function hc.fixed() returns int language sql security definer set search_path = hc as 'select 1';
create function hc.compiled(bool) returns text language internal strict security definer as 'booltext';
select is(pg_temp.found('secdef_search_path', '%'), 'nothing', 'with the caller''s rights, a path of its own, or nothing to look up: no finding');
create function hc."Do It"(hc."Ty pe", out int, variadic int[]) language sql security definer set work_mem = '4MB' as 'select 1';
create procedure hc.act(a text) language plpgsql security definer as 'begin end';
select is(pg_temp.found('secdef_search_path'),
	'hc."Do It"(hc."Ty pe", pg_catalog._int4) warning, hc.act(pg_catalog.text) warning', 'secdef_search_path finds functions and procedures');
select is(pg_temp.told('secdef_search_path', 'hc.act(pg_catalog.text)', 'message'),
	format('hc.act(pg_catalog.text) runs with the rights of %I but uses the search_path of its caller', current_user), 'and says whose rights');
select is(pg_temp.told('secdef_search_path', 'hc.act(pg_catalog.text)', 'fix_sql'),
	'ALTER ROUTINE hc.act(pg_catalog.text) SET search_path = pg_catalog, hc, pg_temp;', 'fix_sql sets a search_path');
select fix_sql from pg_temp.said('secdef_search_path') \gexec
select is(pg_temp.found('secdef_search_path'), 'nothing', 'fix_sql ends the findings of secdef_search_path');
select case when current_setting('server_version_num')::int < 140000 then 'select skip(''parsed bodies came with PostgreSQL 14'', 1)'
	else $$create function hc.parsed() returns int language sql security definer return 1;
		select is(pg_temp.found('secdef_search_path'), 'nothing', 'what was looked up when it was made is safe')$$ end as test \gset
:test;

-- ---- rls_gaps ----

create table hc.sound (id int, owner name);
alter table hc.sound enable row level security;
create policy own on hc.sound using (owner = current_user);
create policy readable on hc.sound for select using (true);
create policy admin on hc.sound to hc_other using (true);
create policy never_less on hc.sound as restrictive using (true);
create policy checked on hc.sound for insert with check (owner = current_user);
create view hc.private as select * from hc.sound;
create view hc.of_other as select * from hc.sound;
alter view hc.of_other owner to hc_other;
grant select on hc.of_other to public;
select is(pg_temp.found('rls_gaps'), 'nothing', 'sound policies, a view that is not shared or bound itself: no findings');
create policy open on hc.sound for update using (true);
create table hc."Off" (id int);
create policy idle on hc."Off" using (id > 0);
create table hc.closed (id int);
alter table hc.closed enable row level security;
grant select on hc.private to hc_other;
select results_eq($$select severity, message, fix_sql from pg_temp.said('rls_gaps') order by message collate "C"$$,
	format($$values ('critical', 'hc."Off" has policies, but row level security is not enabled', 'ALTER TABLE hc."Off" ENABLE ROW LEVEL SECURITY;'),
	('info', 'hc.closed has row level security, but no policy: only the owner sees rows', null),
	('warning', 'hc.private shows hc.sound without its row level security, with the rights of %1$I', null),
	('warning', 'hc.sound lets everybody update any row through policy open', null)$$, current_user),
	'rls_gaps finds policies and views that do not protect rows');
select pg_temp.told('rls_gaps', 'hc."Off"', 'fix_sql') as repair \gexec
select is(pg_temp.found('rls_gaps', 'hc."Off"'), 'nothing', 'fix_sql enables row security');
select case when current_setting('server_version_num')::int < 150000 then 'select skip(''security_invoker came with PostgreSQL 15'', 1)'
	else $$alter view hc.private set (security_invoker = true);
		select is(pg_temp.found('rls_gaps', 'hc.private'), 'nothing', 'a view with the rights of whoever asks shows no more')$$ end as test \gset
:test;

-- ---- weak_auth: the lines of pg_hba.conf need a server of their own ----

set local password_encryption = 'scram-sha-256';
create role hc_scram login password 'secret';
create role hc_none login;
create role hc_group password 'md500000000000000000000000000000000';
select is(pg_temp.found('weak_auth', 'role %'), 'nothing', 'SCRAM, no password, or no login: no finding');
create role "hc ""Md5""" login password 'md500000000000000000000000000000000';
select is(pg_temp.found('weak_auth', 'role %'), 'role "hc ""Md5""" warning', 'weak_auth finds an MD5 password');
select is(pg_temp.told('weak_auth', 'role "hc ""Md5"""', 'message'), 'role "hc ""Md5""" stores its password as MD5', 'the message of weak_auth names MD5');
create role hc_super_1 superuser login; create role hc_super_2 superuser login; create role hc_super_3 superuser login;
select is(pg_temp.found('weak_auth', 'the server'), 'the server warning', 'more than three superusers with LOGIN are a finding');
set local role hc_other;
select is(pg_temp.found('weak_auth', '%'), 'the server warning, unknown only a superuser can read pg_hba.conf and password hashes',
	'an ordinary role sees superusers, the rest is unknown');
select is(dbhealth_score('{"checks": ["weak_auth"]}'), 97::bigint, 'unknown costs no points');
reset role;

select * from finish();
rollback;
