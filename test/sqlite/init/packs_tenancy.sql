-- the pack tenancy is run, with an administrator
pragma foreign_keys = on;
select dbinit_run('tenancy') ->> '$.success';
select login, password like '$scrypt$ln=17,r=8,p=1$%' from users;
--> 1
--> admin|1

-- without an actor nothing is visible, and nothing can be written
insert into tenants (id, slug, name) values (101, 'acme', 'Acme'), (102, 'beta', 'Beta');
insert into tenant_access (login, tenant_slug) values ('ann', 'acme'), ('bob', 'beta'), ('both', 'acme'), ('both', 'beta');
insert into users (id, tenant_id, login, name, role_id) values (1001, 101, 'ann', 'Ann', 2), (1002, 102, 'bob', 'Bob', 2);
select (select count(*) from my_tenants), (select count(*) from my_users);
insert into my_users (tenant_id, login, name, role_id) values (101, 'x', 'X', 2);
insert into my_tenants (slug, name) values ('x', 'X');
--> 0|0
--> ERROR: the actor may not act for this tenant (19)
--> ERROR: only an actor for all tenants may create one (19)

-- an actor sees and changes the tenant
begin;
select dbaudit_actor('ann') is not null;
select slug from my_tenants;
select login from my_users;
insert into my_users (tenant_id, login, name, role_id) values (101, 'amy', 'Amy', 2);
update my_users set name = 'Ann B', status = 'disabled', disabled_at = '2026-01-01' where login = 'ann';
select login, name, status from my_users order by id;
delete from my_users where login = 'amy';
select count(*) from my_users;
commit;
select table_name, row_data ->> '$.login' from dbarchive_deleted;
--> 1
--> acme
--> ann
--> ann|Ann B|disabled
--> amy|Amy|active
--> 1
--> users|amy

-- but neither other tenants nor their users
begin;
select dbaudit_actor('ann') is not null;
insert into my_users (tenant_id, login, name, role_id) values (102, 'x', 'X', 2);
insert into my_users (tenant_id, login, name, role_id) values (102, 'bob', 'X', 2);
insert into my_users (tenant_id, login, name, role_id) values (999, 'x', 'X', 2);
update my_users set tenant_id = 102;
update my_users set id = 1002;
update my_users set name = 'taken' where id = 1002;
delete from my_users where id = 1002;
update my_tenants set name = 'taken';
delete from my_tenants;
insert into my_tenants (slug, name) values ('beta', 'X');
commit;
select name from users where id = 1002;
select name from tenants where id in (101, 102);
--> 1
--> ERROR: the actor may not act for this tenant (19)
--> ERROR: the actor may not act for this tenant (19)
--> ERROR: the actor may not act for this tenant (19)
--> ERROR: the key, the tenant and the time of creation do not change (19)
--> ERROR: the key, the tenant and the time of creation do not change (19)
--> ERROR: only an actor for all tenants may change one (19)
--> ERROR: only an actor for all tenants may delete one (19)
--> ERROR: only an actor for all tenants may create one (19)
--> Bob
--> Acme
--> Beta

-- nor by the clauses for conflicts, which hold in triggers, too
begin;
select dbaudit_actor('ann') is not null;
insert or ignore into my_users (tenant_id, login, name, role_id) values (102, 'x', 'X', 2);
insert or replace into my_users (id, tenant_id, login, name, role_id) values (1002, 102, 'bob', 'X', 2);
update or replace my_users set tenant_id = 102, login = 'bob';
update or ignore my_users set id = 1002;
insert or replace into my_users (id, tenant_id, login, name, role_id) values (1002, 101, 'new', 'New', 2);
select login from my_users order by login;
rollback;
select count(*) from users where tenant_id = 102 and name = 'Bob' and id = 1002;
--> 1
--> ERROR: the actor may not act for this tenant (19)
--> ERROR: the actor may not act for this tenant (19)
--> ERROR: the key, the tenant and the time of creation do not change (19)
--> ERROR: the key, the tenant and the time of creation do not change (19)
--> ann
--> new
--> 1

-- an actor of two tenants moves no users between them
begin;
select dbaudit_actor('both') is not null;
select count(*) from my_tenants;
update my_users set tenant_id = 101 where id = 1002;
commit;
--> 1
--> 2
--> ERROR: the key, the tenant and the time of creation do not change (19)

-- an actor for all tenants
begin;
select dbaudit_actor('admin') is not null;
insert into my_tenants (slug, name) values ('gamma', 'Gamma');
update my_tenants set name = 'Gamma 2', status = 'suspended' where slug = 'gamma';
select slug, name, status, settings from my_tenants where slug = 'gamma';
delete from my_tenants where slug = 'gamma';
select count(*) from my_tenants;
commit;
--> 1
--> gamma|Gamma 2|suspended|{}
--> 3

-- unless it has rows
begin;
select dbaudit_actor('admin') is not null;
insert into tenant_access (login, tenant_slug) values ('admin', 'beta');
select slug from my_tenants;
rollback;
--> 1
--> beta

-- a suspended tenant sees nothing
update tenants set status = 'suspended' where slug = 'acme';
begin;
select dbaudit_actor('ann') is not null;
select (select count(*) from my_tenants), (select count(*) from my_users);
commit;
update tenants set status = 'active' where slug = 'acme';
--> 1
--> 0|0

-- the views do not show passwords, nor does the log
select count(*) from pragma_table_info('my_users') where name = 'password';
select count(*) from dbaudit_log() where before like '%scrypt%' or after like '%scrypt%';
--> 0
--> 0

-- a deleted tenant is restored with its users
delete from tenants where id = 102;
select (select count(*) from users where tenant_id = 102), (select count(*) from tenant_access where tenant_slug = 'beta');
select dbarchive_restore('tenants', 102) is not null;
select (select count(*) from users where tenant_id = 102), (select count(*) from tenant_access where tenant_slug = 'beta');
select * from dbinit_validate('tenancy');
--> 0|0
--> 1
--> 1|2
