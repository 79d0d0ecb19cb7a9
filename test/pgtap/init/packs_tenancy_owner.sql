-- The pack tenancy, run by an owner who is no superuser: row security is forced.
set client_min_messages = warning;
drop database if exists packs_tenancy_owner;
create database packs_tenancy_owner;
drop role if exists tn_owner;
create role tn_owner;
\connect packs_tenancy_owner
-- as it is from PostgreSQL 15 on
revoke create on schema public from public;
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

grant create on schema public to tn_owner;
grant create on database packs_tenancy_owner to tn_owner;
select dbcare_install() is not null as installed \gset
grant execute on all functions in schema public to tn_owner;
grant usage on schema dbcare to tn_owner;
grant all on all tables in schema dbcare to tn_owner;
grant all on all sequences in schema dbcare to tn_owner;
set role tn_owner;
select is(dbinit_run('tenancy') ->> 'success', 'true', 'an owner without privileges runs the pack');
select is((select count(*) from users), 1::bigint, 'and acts for all tenants');
insert into tenants (slug, name) values ('acme', 'Acme');
set dbcare.tenant = 'acme';
select is((select count(*) from users), 0::bigint, 'or for the one that is chosen');
reset dbcare.tenant;
select is(dbinit_run('tenancy') ->> 'success', 'true', 'and runs it again');
select is_empty($$select * from dbinit_validate('tenancy')$$, 'nothing is missing then');
delete from users;
select is((select count(*) from users), 0::bigint, 'what the owner deletes');
insert into tenant_access (login, tenant_slug) values ('tn_owner', 'acme');
select results_eq('select slug from tenants', array['acme'], 'with access to one tenant the owner sees no other');
select throws_ok($$insert into tenants (slug, name) values ('x', 'X')$$, '42501', null, 'and creates none');
reset role;
select is((select count(*) from dbarchive_deleted('users')), 1::bigint, 'is in the trash');
select isnt(dbarchive_restore('users', 1), null, 'and restored by a role that row security does not bind');
select * from finish();
\connect postgres
drop database packs_tenancy_owner;
drop role tn_owner;
