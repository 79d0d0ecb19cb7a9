-- Settings that protect something are changed by the owner of dbcare's tables alone,
-- not by a role with area admin, also not by what a session can set.
set client_min_messages = warning;
drop database if exists protection;
drop role if exists protection_admin;
create database protection;
\connect protection
create extension pgtap;
create extension dbcare;
select plan(7);

select dbcare_install() is not null as done \gset
create role protection_admin;
select dbcare_grant('protection_admin', 'admin') is not null as done \gset

-- the error of dbcare_set() for a setting with the value that it has
create function pg_temp.setting_error(name text, value text) returns text language plpgsql as $$
begin
	perform dbcare_set(name, value);
	return null;
exception when insufficient_privilege then
	return sqlerrm;
end $$;

set role protection_admin;
create temporary table refused as
select s.name from dbcare_settings() as s where pg_temp.setting_error(s.name, s.default_value) is not null;
reset role;

select is((select string_agg(name, ' ' order by name) from refused),
	'actor archive_after_days audit_anchor_file audit_keep_days audit_seal_minutes auto_init backup_directory '
	'backup_keep_days deployment_blocked_by_warnings environment events_days history_head purge_deleted_after_days',
	'settings that area admin cannot change');
select is((select string_agg(name, ' ') from (
		select substr(name, 8) as name from pg_settings where name like 'dbcare.%' and context = 'superuser' and substr(name, 8) in (select s.name from dbcare_settings() as s)
		except select name from refused) as s), null, 'a parameter of superusers is a setting of the owner');
select is((select string_agg(name, ' ') from (
		select name from refused where name <> 'actor'
		except select substr(name, 8) from pg_settings where name like 'dbcare.%' and context = 'superuser') as s),
	null, 'a setting of the owner is a parameter of superusers, but the actor');
set role protection_admin;
select throws_ok($$select dbcare_set('environment', 'development')$$, '42501',
	format('setting "environment" needs the rights of role "%s", which owns dbcare''s tables', session_user),
	'the environment, which asks for confirmations');
select lives_ok($$select dbcare_set('lock_retries', 3)$$, 'what protects nothing');
reset role;

-- a member of the owner of the tables does, and is named in the log
select dbcare_set('environment', 'staging') is not null as done \gset
select is((select user_name || ' ' || (before ->> 'new') from dbaudit_log('{"action": "protection", "limit": 1}')),
	session_user || ' staging', 'the log names who has changed it');
select is((select count(*)::int from dbaudit_log('{"action": "protection"}')), 1, 'refused calls are no entries');
drop owned by protection_admin;
drop role protection_admin;
select * from finish();
