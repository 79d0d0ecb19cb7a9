-- Results that a session keeps are those of a role.  A transaction that has changed
-- something leaves none, so one is made before it begins.
set client_min_messages = warning;
select count(*) = 0 as is_absent from pg_extension where extname = 'dbcare' \gset
create extension if not exists dbcare;
select dbhealth_text('{"max_age_ms": 3600000, "checks": ["weak_auth"]}') as mine \gset
begin;
\ir begin.psql
select plan(4);
create role hc_recent;
select dbcare_grant('hc_recent', 'monitor') is not null as granted \gset
select is(dbhealth_text('{"max_age_ms": 3600000, "checks": ["weak_auth"]}'), :'mine', 'a role gets its own again');
set local role hc_recent;
select isnt(dbhealth_text('{"max_age_ms": 3600000, "checks": ["weak_auth"]}'), :'mine', 'another role does not');
select matches(dbhealth_text('{"max_age_ms": 3600000, "checks": ["weak_auth"]}'), 'weak_auth', 'but what is its own to see');
reset role;
select is((select count(*) from pg_backend_memory_contexts where name = 'dbcare results'), 1::bigint, 'they are visible as memory of the session');
select * from finish();
rollback;
\if :is_absent
	drop extension dbcare;
\endif
