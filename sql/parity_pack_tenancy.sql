-- The pack tenancy: seeds, constraints, rules, policies, deleted rows.
-- sqlite3: pragma foreign_keys = on;
-- the administrator can log in with the password that the run shows
-- psql: create temp table first_run as select cast(dbinit_run('tenancy') as jsonb) as result;
-- psql: select result ->> 'success', result #>> '{steps_completed,4,result,passwords,0,key,login}' from first_run;
-- psql: select login, dbseed_password_verify(result #>> '{steps_completed,4,result,passwords,0,password}', password) from users, first_run;
-- sqlite3: select iif(result ->> '$.success', 'true', 'false'), result ->> '$.steps_completed[4].result.passwords[0].key.login' from (select dbinit_run('tenancy') as result);
-- sqlite3: select login, password like '$scrypt$%' from users;
select * from dbinit_validate('tenancy');
select slug, name, status from tenants;
select code, name, cast(permissions as text) from roles order by id;
select u.login, t.slug, r.code, u.status from users as u join tenants as t on t.id = u.tenant_id join roles as r on r.id = u.role_id;

-- again: nothing is changed, not the password either
create table before as select id, login, name, password from users;
update roles set name = 'Watcher' where code = 'viewer';
update users set name = 'Root' where login = 'admin';
update tenants set name = 'Main' where slug = 'default';
select cast(dbinit_run('tenancy') ->> 'success' as text) in ('true', '1');
select name from roles order by id;
select u.name, u.password = b.password from users as u join before as b on b.id = u.id;
select name from tenants;
select name, state, records_created, records_updated, records_unchanged, records_skipped, conflicts from dbseed_status() order by name;
select * from dbinit_validate('tenancy');
drop table before;

-- what is refused
select count(*) from dbcheck_row('tenants', '{"slug": "", "name": "", "status": "gone", "settings": []}');
select column_name from dbcheck_row('tenants', '{"slug": "default", "name": "Again"}');
select count(*) from dbcheck_row('roles', '{"code": "", "name": "x", "permissions": {}}');
select column_name from dbcheck_row('users', '{"tenant_id": 1, "login": "ann", "name": "Ann", "role_id": 1, "password": "plain"}');
select column_name from dbcheck_row('users', '{"tenant_id": 1, "login": "ann", "name": "Ann", "role_id": 1, "email": "nowhere"}');
select count(*) from dbcheck_row('users', '{"tenant_id": 1, "login": "ann", "name": "Ann", "role_id": 1, "status": "disabled"}');
select message from dbcheck_row('users', '{"tenant_id": 1, "login": "admin", "name": "Ann", "role_id": 1}');
select message from dbcheck_row('users', '{"tenant_id": 99, "login": "ann", "name": "Ann", "role_id": 98}') order by 1;
select message from dbcheck_row('tenant_access', '{"login": "x", "tenant_slug": "nowhere"}');

-- a tenant
select dbops_insert('tenants', '{"slug": "acme", "name": "Acme", "settings": {"color": "red"}}');
select dbops_insert('users', '[{"tenant_id": 2, "login": "ann", "name": "Ann", "email": "ann@example.org", "role_id": 2}, {"tenant_id": 2, "login": "admin", "name": "Bob", "role_id": 3}]');
insert into tenant_access (login, tenant_slug) values ('acme_app', 'acme');
insert into roles (code, name, permissions) values ('odd', 'Odd', '[7]');
select name, violations, severity, cast(sample_keys as text), message from dbcheck_run('{"sources": ["rule", "constraint"]}') order by name;
delete from roles where code = 'odd';
select table_name, row_count, digest from dbsync_digest('roles');
update tenants set created_at = '2026-01-01 10:00:00.25+00:00';
select table_name, row_count, digest from dbsync_digest('tenants');
update users set role_id = 1, password = (select password from users where id = 1) where tenant_id = 2;
select name, violations from dbcheck_run('{"sources": ["rule", "constraint"]}');

-- the log has no password
select table_name from dbaudit_tables() order by 1;
select count(*) > 0 from dbaudit_log() where cast(after as text) like '%"password": {"masked": true}%';
select count(*) from dbaudit_log() where cast(after as text) like '%scrypt%' or cast(before as text) like '%scrypt%';

-- deleted rows; a login is free again
delete from users where login = 'ann';
insert into users (tenant_id, login, name, role_id) values (2, 'ann', 'Another Ann', 2);
select name from users where login = 'ann';
-- commands of one millisecond are one batch
-- sqlite3: .system sleep 0.01
delete from users where login = 'ann';
select table_name, cast(row_key as text) from dbarchive_deleted('users') order by 2;
select dbarchive_restore('users', 2) is not null;
select name from users where login = 'ann';
-- sqlite3: .system sleep 0.01
delete from tenants where slug = 'acme';
select (select count(*) from users), (select count(*) from tenant_access where tenant_slug = 'acme');
select dbarchive_restore('tenants', 2) is not null;
select (select count(*) from users), (select count(*) from tenant_access where tenant_slug = 'acme');

-- policies: a user who was disabled long ago is anonymised, what was deleted long ago is purged
update users set status = 'disabled', disabled_at = '2020-01-01 00:00:00' where login = 'ann';
select table_name, name from dbarchive_policies() order by 1, 2;
call dbarchive_apply('{"pause_ms": 0}');
select login, name, email is null, password is null from users where login = 'ann';
call dbarchive_apply('{"relation": "users", "name": "disabled", "pause_ms": 0}');
call dbarchive_apply('{"relation": "users", "purge_deleted_after_days": 0, "pause_ms": 0}');
select count(*) from dbarchive_deleted('users');

-- a change of the schema is found
drop index users_role;
select object like '%users_role', issue from dbinit_validate('tenancy');
select cast(dbinit_repair('tenancy') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('tenancy');
select object, message from dbhealth_checks('{"level": "full"}') where severity <> 'ok' and (object like '%tenant%' or object like '%users%' or object like '%roles%' or object like '%session_access%') order by object, message;
