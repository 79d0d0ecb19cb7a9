-- The pack validation_sessions: row security, as roles without privileges.
set client_min_messages = warning;
drop database if exists packs_sessions;
create database packs_sessions;
drop role if exists vs_ann, vs_bob, vs_eve, vs_web, vs_mal;
\connect packs_sessions
-- as it is from PostgreSQL 15 on
revoke create on schema public from public;
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

select is(dbinit_run('validation_sessions') ->> 'success', 'true', 'the pack is run');
create role vs_ann;
create role vs_bob;
create role vs_eve;
create role vs_web;
grant select, insert, update, delete on validation_session, validation_result, discrepancy, validation_metrics,
	behavioral_test_result, session_share to vs_ann, vs_bob, vs_eve, vs_web;
grant select, insert on processing_log to vs_ann, vs_bob, vs_eve, vs_web;
grant select on session_identity, session_status_history, validation_session_live, validation_result_live, session_statistics, validation_trend
	to vs_ann, vs_bob, vs_eve, vs_web;
insert into session_application values ('vs_web');
select setval('validation_session_id_seq', 5000) + setval('validation_result_id_seq', 5000) as moved \gset

-- two owners
set role vs_ann;
select lives_ok($$insert into validation_session (id, name) values (1001, 'of ann') returning owner$$, 'ann creates a session');
insert into validation_result (id, session_id, test, status) values (1, 1001, 't', 'passed');
insert into processing_log (session_id, message) values (1001, 'begun');
select throws_ok($$insert into validation_session (name, owner) values ('x', 'vs_bob')$$, '42501', null, 'a session of another owner is refused');
select lives_ok($$set dbcare.actor = 'vs_bob'$$, 'a role may name another user');
select is((select name from session_identity), 'vs_ann', 'but is itself');
reset dbcare.actor;
set role vs_bob;
insert into validation_session (id, name) values (1002, 'of bob');
select results_eq('select name from validation_session', array['of bob'], 'bob does not see the session of ann');
select is((select count(*) from validation_result) + (select count(*) from processing_log), 0::bigint, 'nor its rows');
select results_eq('select session_id from session_status_history', array[1002::bigint], 'nor its history');
-- before 15, views have the rights of their owner
select :SERVER_VERSION_NUM >= 150000 as since_15 \gset
\if :since_15
select results_eq('select session_id from session_statistics', array[1002::bigint], 'nor its statistics');
select is((select sum(sessions) from validation_trend), 1::numeric, 'nor counts it in trends');
select is((select count(*) from validation_session_live), 1::bigint, 'nor finds it in the view of live rows');
\endif

-- others cannot write
update validation_session set name = 'taken', owner = 'vs_bob' where id = 1001;
delete from validation_session where id = 1001;
delete from validation_result;
select throws_ok($$insert into validation_result (session_id, test, status) values (1001, 'x', 'passed')$$, '42501', null, 'results cannot be inserted into the session of another');
select throws_ok($$insert into processing_log (session_id, message) values (1001, 'x')$$, '42501', null, 'nor lines of the log');
select throws_ok($$insert into discrepancy (session_id, result_id, message) select 1002, 1, 'guess'$$, '23503', null, 'a result of another session cannot be referred to, whether it exists or not');
insert into validation_result (id, session_id, test, status) values (2001, 1002, 'own', 'passed');
select throws_ok($$update validation_result set session_id = 1001 where id = 2001$$, '42501', null, 'nor can rows be moved there');
select throws_ok($$insert into session_share (session_id, owner, shared_with) values (1001, 'vs_ann', 'vs_bob')$$, '42501', null, 'nor can a session be shared in the name of its owner');
select throws_ok($$insert into session_share (session_id, owner, shared_with) values (1001, 'vs_bob', 'vs_eve')$$, '23503', null, 'nor by another one');
select throws_ok($$insert into session_status_history (session_id, to_status) values (1002, 'passed')$$, '42501', null, 'history cannot be written by hand');
select throws_ok($$insert into session_application values ('vs_bob')$$, '42501', null, 'nor can a role make itself an application');
reset role;
select is((select name || owner from validation_session where id = 1001), 'of annvs_ann', 'the session of ann is as it was');
select is((select count(*) from validation_result where session_id = 1001), 1::bigint, 'with its result');

-- a session shared for reading
set role vs_ann;
insert into session_share (session_id, shared_with) values (1001, 'vs_bob');
set role vs_bob;
select is((select count(*) from validation_session where id = 1001), 1::bigint, 'a shared session is visible');
select is((select count(*) from validation_result where session_id = 1001), 1::bigint, 'with its results');
update validation_session set name = 'changed' where id = 1001;
select is((select name from validation_session where id = 1001), 'of ann', 'but not changed');
select throws_ok($$insert into validation_result (session_id, test, status) values (1001, 'x', 'passed')$$, '42501', null, 'nor extended');
update session_share set may_write = true;
select is((select may_write from session_share), false, 'its reader does not change the share');

-- a session shared for writing
set role vs_ann;
update session_share set may_write = true;
set role vs_bob;
select lives_ok($$update validation_session set status = 'running', started_at = now() where id = 1001$$, 'a writer changes the status');
select lives_ok($$insert into validation_result (session_id, test, status) values (1001, 'x', 'passed')$$, 'and inserts results');
select throws_ok($$update validation_session set owner = 'vs_bob' where id = 1001$$, '42501', null, 'but does not take the session');
select throws_ok($$update validation_session set deleted_at = now() where id = 1001$$, '42501', null, 'does not delete it');
select throws_ok($$update validation_session set id = 7 where id = 1001$$, '42501', null, 'does not change its key');
delete from validation_session where id = 1001;
select is((select count(*) from validation_session where id = 1001), 1::bigint, 'nor by DELETE');
select throws_ok($$insert into session_share (session_id, shared_with) values (1001, 'vs_eve')$$, '23503', null, 'nor shares it');
select results_eq($$select from_status, to_status, changed_by from session_status_history where session_id = 1001 order by id$$,
	$$values (null, 'new', 'vs_ann'), ('new', 'running', 'vs_bob')$$, 'the history says who');
set role vs_ann;
select throws_ok($$update validation_session set owner = 'vs_bob' where id = 1001$$, '42501', null, 'an owner cannot give a session to another');

-- an application names its users
set role vs_web;
select is((select count(*) from validation_session), 0::bigint, 'an application sees nothing before it names a user');
select throws_ok($$insert into validation_session (name) values ('x')$$, '42501', null, 'nor inserts');
begin;
set local dbcare.actor = 'vs_ann';
select results_eq('select name from validation_session', array['of ann'], 'then what the user sees');
insert into validation_session (id, name) values (1003, 'by web');
commit;
reset role;
select is((select owner from validation_session where id = 1003), 'vs_ann', 'what it creates belongs to the user');
select is((select changed_by from session_status_history where session_id = 1003), 'vs_ann', 'and so says the history');

-- a share that is deleted
set role vs_ann;
update session_share set deleted_at = now();
set role vs_bob;
select is((select count(*) from validation_session where id = 1001), 0::bigint, 'a deleted share gives no right');

-- functions of attackers
create temp table session_identity (name text);
insert into session_identity values ('vs_ann');
create temp table session_application (role_name text);
insert into session_application values ('vs_bob');
set search_path = pg_temp, public;
select is((select count(*) from public.validation_session where id = 1001), 0::bigint, 'tables of the caller with the same names are not used');
set dbcare.actor = 'vs_ann';
update public.validation_session set status = 'running' where id = 1002;
reset search_path;
select is((select changed_by from session_status_history where session_id = 1002 and to_status = 'running'), 'vs_bob', 'nor for the history');
reset dbcare.actor;
reset role;

-- the function that writes the history with the rights of its owner, on tables of an attacker
create role vs_mal;
create schema vs_mal authorization vs_mal;
set role vs_mal;
create table vs_mal.own (id bigint, status text);
create table vs_mal.session_application (role_name text);
create table vs_mal.session_status_history (session_id bigint, from_status text, to_status text, changed_by text);
create function vs_mal.take() returns trigger language plpgsql as $$
begin
	alter role vs_mal superuser;
	return new;
end$$;
create trigger take before insert on vs_mal.session_status_history for each row execute function vs_mal.take();
select throws_ok($$create trigger borrowed after insert on vs_mal.own for each row execute function public.session_record_status()$$,
	'42501', null, 'no role can use the function of the history for a trigger of its own');
reset role;
grant execute on function session_record_status() to vs_mal;
set role vs_mal;
create trigger borrowed after insert on vs_mal.own for each row execute function public.session_record_status();
select throws_ok($$insert into vs_mal.own values (1, 'new')$$, '42501',
	'tables of schema vs_mal belong to a role without the rights of role ' || quote_ident((select pg_get_userbyid(proowner)::text
		from pg_proc where oid = 'public.session_record_status()'::regprocedure)), 'and it writes no table of a role without the rights of its owner');
reset role;
select is((select rolsuper from pg_roles where rolname = 'vs_mal'), false, 'nobody became superuser by it');
drop schema vs_mal cascade;
drop owned by vs_mal;

-- deleting and restoring by the owner of a session
select dbcare_grant('vs_ann', 'archive') is not null and dbcare_grant('vs_bob', 'archive') is not null as granted \gset
set role vs_bob;
select throws_ok($$select dbarchive_delete('validation_session', 1001)$$, '42704', null, 'a session of another cannot be marked');
set role vs_ann;
select is(cast(dbarchive_delete('validation_session', 1001) ->> 'rows' as int) > 1, true, 'a session is marked with its rows');
select is((select count(*) from validation_result_live where session_id = 1001), 0::bigint, 'its results, too');
select isnt(dbarchive_restore('validation_session', 1001), null, 'and restored');
select is((select count(*) from validation_result_live where session_id = 1001), 2::bigint, 'with the same results');
reset role;

-- what the product says of the schema
select is_empty($$select * from dbinit_validate('validation_sessions')$$, 'nothing is missing');
select is_empty($$select * from dbcheck_run('{"sources": ["constraint", "rule"]}')$$, 'no violation');
\if :since_15
select is_empty($$select object, message from dbhealth_checks('{"level": "full", "categories": ["security", "constraints", "performance"]}') where object ~ '(session|validation|discrepancy|behavioral|processing)'$$, 'no finding');
\endif

select * from finish();
\connect postgres
drop database packs_sessions;
drop role vs_ann, vs_bob, vs_eve, vs_web, vs_mal;
