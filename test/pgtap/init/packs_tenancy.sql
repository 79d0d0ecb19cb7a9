-- The pack tenancy: row security between tenants, as roles without privileges.
set client_min_messages = warning;
drop database if exists packs_tenancy;
create database packs_tenancy;
drop role if exists tn_acme, tn_beta, tn_web, tn_none;
\connect packs_tenancy
-- as it is from PostgreSQL 15 on
revoke create on schema public from public;
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

select is(dbinit_run('tenancy') ->> 'success', 'true', 'the pack is run');
create role tn_acme;
create role tn_beta;
create role tn_web;
create role tn_none;
grant select, insert, update, delete on tenants, users to tn_acme, tn_beta, tn_web, tn_none;
grant select on roles, session_access to tn_acme, tn_beta, tn_web, tn_none;
insert into tenants (id, slug, name) values (101, 'acme', 'Acme'), (102, 'beta', 'Beta');
select setval('tenants_id_seq', 200) + setval('users_id_seq', 2000) as moved \gset
insert into tenant_access (login, tenant_slug) values ('tn_acme', 'acme'), ('tn_beta', 'beta'), ('tn_web', 'acme'), ('tn_web', 'beta');
select id as member from roles where code = 'member' \gset
insert into users (id, tenant_id, login, name, role_id) values (1001, 101, 'ann', 'Ann', :member), (1002, 102, 'bob', 'Bob', :member);

-- reading
set role tn_acme;
select results_eq('select slug from tenants', array['acme'], 'a role sees its tenant');
select results_eq('select login from users', array['ann'], 'and its users');
select is((select count(*) from users where id = 1002), 0::bigint, 'not those of others, by their key');
create temp table leaked (login text);
create function pg_temp.leak(text) returns boolean language plpgsql cost 0.0000001 as $$begin insert into leaked values ($1); return true; end$$;
select count(*) as seen from users where pg_temp.leak(login) \gset
select results_eq('select login from leaked', array['ann'], 'nor with a function that is cheap');
select is((select count(*) from users as u full join tenants as t on t.id = u.tenant_id), 1::bigint, 'nor by a join');
select throws_ok('select * from tenant_access', '42501', null, 'who may act for which tenant is not visible');
select results_eq('select tenant_slug from session_access', array['acme'], 'but for the role itself');
select is((select count(*) from pg_stats where tablename in ('tenants', 'users')), 0::bigint, 'statistics of the planner show nothing');

-- the parameter
set dbcare.tenant = 'beta';
select is((select count(*) from tenants) + (select count(*) from users), 0::bigint, 'another tenant cannot be chosen');
select throws_ok(format('insert into users (tenant_id, login, name, role_id) values (102, %L, %L, %s)', 'x', 'x', :member), '42501', null, 'nor written to');
reset dbcare.tenant;

-- writing
select lives_ok(format('insert into users (tenant_id, login, name, role_id) values (101, %L, %L, %s) returning id', 'amy', 'Amy', :member), 'a user of the own tenant is created');
select throws_ok(format('insert into users (tenant_id, login, name, role_id) values (102, %L, %L, %s)', 'x', 'x', :member), '42501', null, 'a user of another tenant is not');
select throws_ok(format('insert into users (tenant_id, login, name, role_id) values (102, %L, %L, %s)', 'bob', 'x', :member), '42501', null, 'and the error is the same for a login that exists');
select throws_ok(format('insert into users (tenant_id, login, name, role_id) values (999, %L, %L, %s)', 'x', 'x', :member), '42501', null, 'and for a tenant that does not exist');
select throws_ok($$update users set tenant_id = 102 where login = 'ann'$$, '42501', null, 'a user does not move to another tenant');
update users set name = 'taken' where id = 1002;
delete from users where id = 1002;
select throws_ok($$insert into users (id, tenant_id, login, name, role_id) select 1002, 101, 'y', 'y', role_id from users limit 1$$, '23505', null, 'a key that is in use is found only by naming it');
select lives_ok($$update users set login = 'bob' where login = 'amy'$$, 'the login of a user of another tenant is free');
select throws_ok($$insert into users (tenant_id, login, name, role_id) select 102, 'bob', 'x', role_id from users limit 1 on conflict (tenant_id, login) do update set name = 'taken'$$, '42501', null, 'nor does an upsert reach it');
update tenants set name = 'taken', status = 'suspended';
delete from tenants;
select throws_ok($$insert into tenants (slug, name) values ('mine', 'Mine')$$, '42501', null, 'a tenant creates no tenants');
select throws_ok($$insert into tenants (slug, name) values ('beta', 'Mine')$$, '42501', null, 'and does not learn which exist');
select throws_ok($$insert into tenant_access (login) values ('tn_acme')$$, '42501', null, 'nor lets itself in elsewhere');
select throws_ok($$alter table users disable row level security$$, '42501', null, 'nor turns row security off');
set row_security = off;
select throws_ok('select * from users', '42501', null, 'nor by the parameter of that name');
reset row_security;
select throws_ok('truncate users', '42501', null, 'nor empties tables');
create temp table session_access (tenant_slug text, chosen text);
insert into session_access values (null, null);
set search_path = pg_temp, public;
select is((select count(*) from public.tenants), 1::bigint, 'a table of the caller does not take the place of a view');
reset search_path;
reset role;
select results_eq('select name, status from tenants where id in (101, 102) order by id', $$values ('Acme', 'active'), ('Beta', 'active')$$, 'the tenants are as they were');
select is((select name from users where id = 1002), 'Bob', 'and so is the user of the other one');

-- foreign keys of tables of the application
create table note (id int primary key, tenant_id bigint not null, user_id bigint not null,
	foreign key (user_id, tenant_id) references users (id, tenant_id));
alter table note enable row level security;
alter table note force row level security;
create policy tenant_only on note using (tenant_id = any (array(select t.id from tenants as t))) with check (tenant_id = any (array(select t.id from tenants as t)));
grant select, insert, update, delete on note to tn_acme, tn_beta;
set role tn_acme;
select lives_ok('insert into note values (1, 101, 1001)', 'a row may refer to a user of its tenant');
select throws_ok('insert into note values (2, 101, 1002)', '23503', null, 'but not to one of another tenant');
select throws_ok('insert into note values (2, 101, 9999)', '23503', null, 'with the same error as for one that does not exist');
set role tn_beta;
select is((select count(*) from note), 0::bigint, 'others do not see it');

-- a role of several tenants chooses one
set role tn_web;
select is((select count(*) from tenants), 2::bigint, 'a role of two tenants sees both');
set dbcare.tenant = 'beta';
select results_eq('select login from users', array['bob'], 'or the one that it has chosen');
select throws_ok('update users set tenant_id = 101', '42501', null, 'and moves nothing to the other one');
set dbcare.tenant = 'default';
select is((select count(*) from tenants), 0::bigint, 'but none of others');
reset dbcare.tenant;
set role tn_none;
select is((select count(*) from tenants) + (select count(*) from users), 0::bigint, 'a role without a tenant sees nothing');

-- a tenant that is suspended
reset role;
update tenants set status = 'suspended' where slug = 'acme';
set role tn_acme;
select is((select count(*) from tenants) + (select count(*) from users), 0::bigint, 'a suspended tenant sees nothing');
reset role;
update tenants set status = 'active' where slug = 'acme';

-- the log of changes and the trash follow row security
select dbcare_grant('tn_acme', 'audit') is not null and dbcare_grant('tn_acme', 'archive') is not null as granted \gset
delete from users where id = 1002;
set role tn_acme;
select is((select count(*) from dbaudit_log() where table_name like '%users'), 0::bigint, 'the log hides entries of tables with row security');
select is((select count(*) from dbarchive_deleted() where table_name like '%users'), 0::bigint, 'and so does the trash');
reset role;
select isnt(dbarchive_restore('users', 1002), null, 'a user is restored');

-- secrets
select is((select count(*) from dbaudit_log() where cast(before as text) ~ 'scrypt' or cast(after as text) ~ 'scrypt'), 0::bigint, 'no hash is in the log');

-- what the product says of the schema
select is_empty($$select * from dbinit_validate('tenancy')$$, 'nothing is missing');
select is_empty($$select source, name from dbcheck_run('{"sources": ["constraint"]}')$$, 'no violation');
select is_empty($$select object, message from dbhealth_checks('{"level": "full", "categories": ["security", "constraints", "performance"]}') where object ~ '(tenant|user|role|session_access)' and object not like '%_seq' and check_id <> 'data_rules_failed'$$, 'no finding');
alter table users no force row level security;
select is((select object from dbinit_validate('tenancy')), 'table public.users', 'row security that is not forced is found');
alter table users force row level security;

select * from finish();
\connect postgres
drop database packs_tenancy;
drop role tn_acme, tn_beta, tn_web, tn_none;
