-- What is stored to run later runs only while its author has the rights that it runs
-- with: rules and policies those of the owner of the table, others those of the caller.
set client_min_messages = warning;
drop database if exists authors;
drop role if exists authors_owner, authors_member, authors_low;
create database authors;
\connect authors
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

create function outcome(result jsonb) returns text language sql as
	$$select string_agg(coalesce(p ->> 'error', p ->> 'rows'), ', ') from jsonb_array_elements(result -> 'policies') as p$$;
create role authors_owner;
create role authors_member;
create role authors_low;
grant authors_owner to authors_member;
select dbcare_install() is not null;
select dbcare_grant(r, a) is not null from unnest(array['authors_member', 'authors_low']) as r,
	unnest(array['admin', 'migrate', 'archive']) as a;
create schema shop authorization authors_owner;
grant usage on schema shop to authors_low;
set role authors_owner;
create table shop.items (id integer primary key, n integer, made timestamptz not null default now() - interval '9 days');
insert into shop.items values (1, -1), (2, 2);
grant select, insert, update on shop.items to authors_low;
reset role;

-- ---- a member of the owner stores ----

set role authors_member;
select dbcheck_rule_add('authors', 'shop.items', 'n > 0', '{"repair_sql": "n = 0 - n"}') is not null;
select dbarchive_policy('shop.items', '{"timestamp_column": "made", "anonymise_after_days": 1, "columns": {"n": "5"}}') is not null;
reset role;
select results_eq($$select author from dbcare.rule union all select author from dbcare.policy$$,
	array['authors_member', 'authors_member'], 'the author is the role that has called');
select results_eq($$select name, violations::int, message from dbcheck_run('{"sources": ["rule"], "relation": "shop.items"}')$$,
	$$values ('authors', 1, '1 row violates the rule authors')$$, 'a rule of a member of the owner runs');
select lives_ok($$select dbcheck_repair('{"rules": ["authors"]}')$$, 'so does its repair');
call dbarchive_apply('{"dry_run": true}') \gset
select is(outcome(:'result'), '2', 'so does a policy');

-- ---- and leaves ----

revoke authors_owner from authors_member;
select results_eq($$select name, violations::int, severity, message from dbcheck_run('{"sources": ["rule"], "relation": "shop.items"}')$$,
	$$values ('authors', null::int, 'unknown', 'rule "authors" was stored by role "authors_member": It would run with the rights of role "authors_owner", which role "authors_member" does not have.')$$,
	'after that the rule does not run');
select throws_ok($$select dbcheck_repair('{"rules": ["authors"]}')$$, '42501', 'rule "authors" was stored by role "authors_member"', 'nor its repair');
call dbarchive_apply('{"dry_run": true}') \gset
select matches(outcome(:'result'), '^policy "default" was stored by role "authors_member": It would run with the rights of role "authors_owner"', 'nor the preview of the policy');
call dbarchive_apply() \gset
select matches(outcome(:'result'), '^policy "default" was stored by role "authors_member"', 'nor the policy');
select is((select count(*) from shop.items where n = 5), 0::bigint, '... which changes nothing');
set role authors_owner;
select throws_ok($$select dbcheck_rule_add('authors', 'shop.items', 'n > 0')$$, '42501', null, 'the owner needs EXECUTE');
reset role;
select dbcheck_rule_add('authors', 'shop.items', 'n <> 2') is not null,
	dbarchive_policy('shop.items', '{"timestamp_column": "made", "anonymise_after_days": 1, "columns": {"n": "5"}}') is not null;
select results_eq($$select name, violations::int from dbcheck_run('{"sources": ["rule"], "relation": "shop.items"}')$$,
	$$values ('authors', 1)$$, 'whoever stores the rule again is its author');
call dbarchive_apply() \gset
select is(outcome(:'result'), '2', '... and of the policy');

-- a table of another owner under the name
alter table shop.items owner to postgres;
update dbcare.rule set author = 'authors_owner';
select is((select severity from dbcheck_run('{"sources": ["rule"], "relation": "shop.items"}')), 'unknown', 'the owner of today counts');

-- ---- seeds, backfills, manifests ----

set role authors_low;
select dbseed_add('authors', 'shop.items', '[{"id": 3, "n": 3}]') is not null;
select dbseed_apply() is not null;
call dbmigrate_backfill('authors', 'update shop.items set n = 4 where n = 3', '{"max_seconds": 60}');
select lives_ok($$select dbseed_add('authors', 'shop.items', '[{"id": 3, "n": 3}]')$$, 'a role runs what it has stored');
reset role;
select throws_ok($$select dbseed_apply()$$, '42501', 'seed "authors" was stored by role "authors_low"', 'a superuser does not apply a seed of a lesser role');
select throws_ok($$select dbseed_apply('{"dry_run": true}')$$, '42501', null, 'nor tries it');
select is(dbseed_add('authors', 'shop.items', '[{"id": 3, "n": 3}]') ->> 'action', 'updated', 'whoever registers it again is its author');
select lives_ok($$select dbseed_apply()$$, '... and applies it');
set role authors_low;
select is(dbseed_add('authors', 'shop.items', '[{"id": 3, "n": 3}]') ->> 'action', 'unchanged', 'a seed of a superuser stays his');
select lives_ok($$select dbseed_apply()$$, '... and every role may apply it with its own rights');
reset role;
update dbcare.backfill set state = 'paused';
\set ON_ERROR_STOP off
\set VERBOSITY terse
call dbmigrate_backfill('authors', null, '{"action": "resume"}');
select is(:'LAST_ERROR_SQLSTATE' || ' ' || :'LAST_ERROR_MESSAGE', '42501 backfill "authors" was stored by role "authors_low"', 'a superuser does not resume its backfill by name');
call dbmigrate_backfill('authors', 'update shop.items set n = 4 where n = 3', '{"action": "resume", "pause_ms": 0}');
select is((select state from dbcare.backfill), 'complete', '... but when the statement is given');

-- ---- a superuser has taken the role of the author ----

set role authors_owner;
create table shop.left_role (id integer primary key);
insert into shop.left_role values (1);
create function shop.leave() returns boolean language plpgsql as
	$$begin perform set_config('role', 'none', true); return current_user = 'authors_owner'; end$$;
alter table shop.left_role add constraint leaves check (id = 2 or shop.leave() is null) not valid;
reset role;
select dbcare_grant('authors_owner', 'admin') is not null;
set role authors_owner;
select dbcheck_rule_add('leaves', 'shop.left_role', 'shop.leave()') is not null;
select is((select severity || ': ' || message from dbcheck_run('{"sources": ["rule"], "relation": "shop.left_role"}')),
	'unknown: parameter "role" cannot be changed now', 'a rule cannot leave the role');
call dbhealth_fix('constraints_not_validated', '{"dry_run": false, "confirm": "authors"}') \gset
select matches(:'result'::text, 'parameter ."role." cannot be changed now', 'nor a repair');
reset role;

-- ---- the role is dropped ----

update dbcare.rule set author = 'authors_gone';
select matches((select message from dbcheck_run('{"sources": ["rule"], "relation": "shop.items"}')), '^rule "authors" was stored by role "authors_gone"', 'a role that was dropped has no rights');
update dbcare.policy set author = 'authors_gone';
call dbarchive_apply() \gset
select matches(outcome(:'result'), '^policy "default" was stored by role "authors_gone"', '... for policies, too');
update dbcare.seed set author = 'authors_gone';
select throws_ok($$select dbseed_apply()$$, '42501', 'seed "authors" was stored by role "authors_gone"', '... and seeds');

drop schema shop cascade;
drop owned by authors_owner, authors_member, authors_low;
drop role authors_owner, authors_member, authors_low;
select * from finish();
