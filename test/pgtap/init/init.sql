-- dbinit_*: damage that only PostgreSQL has, privileges, and names that are taken.
set client_min_messages = warning;
drop database if exists init_room;
create database init_room;
drop role if exists init_other;
create role init_other;
\connect init_room
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

-- where there is nothing but extensions, scripts run once: there is nothing to compare
select is(dbinit_run('{"name": "once", "migrations": [{"version": "1", "up": "do $$ begin if current_schema() <> ''public'' then raise ''compared''; end if; end $$; create table once (id integer primary key)"}]}') #>> '{warnings}',
	'[]', 'scripts run once in a database without objects');

\set manifest '{"name": "room", "migrations": [{"version": "1", "up": "create table item (id integer primary key, price integer constraint positive check (price > 0)); create index item_price on item (price)"}], "audit": [{"relation": "item"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "rules": [{"name": "cheap", "relation": "item", "expression": "price < 1000"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}]}'
select is(dbinit_run(:'manifest') -> 'success', 'true', 'a manifest is run');
select is(dbinit_status() #>> '{manifests,1,name}', 'room', 'the status has it');
select is_empty(format('select * from dbinit_validate(%L)', :'manifest'), 'the database is ready');

-- triggers that are there but disabled, or fire for replicas alone
alter table item disable trigger dbcare_trash;
alter table item enable replica trigger dbcare_audit;
alter table item drop constraint positive;
drop index item_price;
select bag_eq(format('select object, issue from dbinit_validate(%L)', :'manifest'), $$values
	('constraint public.item.positive', 'is missing'), ('index public.item_price', 'is missing'),
	('table public.item', 'does not keep deleted rows'), ('table public.item', 'is not audited')$$, 'all damage is listed');
select is(dbinit_run(:'manifest', '{"dry_run": true}') -> 'success', 'true', 'a dry run would repair it');
select is((select count(*) from dbinit_validate(:'manifest')), 4::bigint, 'and repairs nothing');
select is(dbinit_repair(:'manifest') -> 'success', 'true', 'it is repaired');
select is_empty(format('select * from dbinit_validate(%L)', :'manifest'), 'and the database is ready again');
insert into item values (1, 5);
delete from item;
select is((select count(*) from dbarchive_deleted('item')), 1::bigint, 'deleted rows are kept');
select is((select count(*) from dbaudit_log('{"table": "item"}')), 6::bigint, 'changes are logged, and what has protected them');
select throws_like('insert into item values (2, -1)', '%positive%', 'values are checked');

-- rows that the constraint refuses: nothing is changed, and the error names it
alter table item drop constraint positive;
insert into item values (3, -3);
select is(dbinit_repair(:'manifest') -> 'success', 'false', 'a constraint that rows violate is not created');
select matches(dbinit_repair(:'manifest') ->> 'errors', 'positive', 'the error names it');
select is((select count(*) from item), 1::bigint, 'the row stays');
select is((select outcome from dbcare_events() where function_name = 'dbinit_repair' order by at desc limit 1), 'failed', 'the failure is an event');
select is((select count(*) from dbhealth_checks('{"checks": ["initialisation_failed"]}') where severity = 'warning'), 1::bigint, 'and a finding');
delete from item;
select is(dbinit_repair(:'manifest') -> 'success', 'true', 'without the row it is created');
select is_empty($$select * from dbhealth_checks('{"checks": ["initialisation_failed"]}') where severity = 'warning'$$, 'and nothing has failed last');

-- a failure after the last script
select is(dbinit_run('{"name": "full", "migrations": [{"version": "1", "up": "create table room (id integer primary key); alter table dbcare.snapshot_object add constraint full_room check (name !~ ''room'')"}]}') #>> '{errors,0,message}',
	'new row for relation "snapshot_object" violates check constraint "full_room"', 'a schema that cannot be stored is an error of the run');

-- an object of another kind with the name
create view part as select 1 as id;
select matches(dbinit_run('{"name": "parts", "migrations": [{"version": "1", "up": "create table part (id integer primary key)"}]}') ->> 'errors',
	'part', 'a view with the name of a table stops the run');
select has_view('part', 'it stays');

-- a role that may create schemas cannot prevent the comparison
create table taken (id integer primary key, mine text);
select format('create schema dbcare_preview_%s', pg_backend_pid()) as plant \gset
:plant;
select matches(dbinit_run('{"name": "taken", "migrations": [{"version": "1", "up": "create table if not exists taken (id integer primary key, mine integer)"}]}') ->> 'errors',
	'taken.mine", "message": "exists with another definition"', 'a schema with a name like that of the comparison does not prevent it');

-- a role without privileges
set role init_other;
select throws_ok($$select dbinit_run('video_memory')$$, '42501', null, 'dbinit_run is not for PUBLIC');
select throws_ok($$select dbinit_repair('video_memory')$$, '42501', null, 'nor is dbinit_repair');
select is((select count(*) from dbinit_packs()), 4::bigint, 'the packs are');
reset role;

-- functions in front of those that the pack calls are not called
create schema planted;
create function planted.now() returns timestamptz language plpgsql as $$begin raise exception 'planted'; end$$;
create function planted.length(text) returns integer language plpgsql as $$begin raise exception 'planted'; end$$;
create function planted.mul(integer, interval) returns interval language plpgsql as $$begin raise exception 'planted'; end$$;
create operator planted.* (leftarg = integer, rightarg = interval, function = planted.mul);
create schema memory;
set search_path = memory, public, planted;
select is(dbinit_run('video_memory') -> 'success', 'true', 'a pack is run in a schema of its own');
insert into videos (path, file_name, duration_seconds, kind, created_at) values ('/a', 'a', 1, 'recording', now() - interval '91 days');
call dbarchive_apply('{"dry_run": false}');
select is((select count(*) from videos), 0::bigint, 'its policies call no planted operator');

-- nor does any pack, its constraints or its rules, where operators for numbers of different types are planted
reset search_path;
create function plant(space name) returns void language plpgsql as $plant$
declare o record;
begin
	for o in select p.name, l.t as l, r.t as r, p.result
		from (values ('=', 'boolean'), ('<>', 'boolean'), ('<', 'boolean'), ('>', 'boolean'), ('<=', 'boolean'), ('>=', 'boolean'),
			('+', 'numeric'), ('-', 'numeric'), ('*', 'numeric'), ('/', 'numeric')) as p (name, result)
		cross join (values ('integer'::regtype), ('bigint'), ('numeric'), ('double precision')) as l (t)
		cross join (values ('integer'::regtype), ('bigint'), ('numeric'), ('double precision')) as r (t)
		where not exists (select from pg_operator where oprname = p.name and oprleft = l.t and oprright = r.t
			and oprnamespace = 'pg_catalog'::regnamespace)
	loop
		execute format('create function %1$I.%2$I(%3$s, %4$s) returns %5$s language plpgsql as $$begin raise exception %6$L; end$$',
			space, 'planted_' || md5(o.name), o.l, o.r, o.result, 'planted');
		execute format('create operator %1$I.%2$s (leftarg = %3$s, rightarg = %4$s, function = %1$I.%5$I)',
			space, o.name, o.l, o.r, 'planted_' || md5(o.name));
	end loop;
end $plant$;
create schema operators;
create schema packs;
select plant('operators');
set search_path = packs, public, operators;
select is(dbinit_run(name) -> 'success', 'true', 'pack ' || name || ' is run') from dbinit_packs() where name <> 'video_memory';
select is_empty($$select conrelid::regclass, conname, o.oid::regoperator
	from pg_depend as d
	join pg_operator as o on d.refclassid = 'pg_operator'::regclass and o.oid = d.refobjid and o.oprnamespace = 'operators'::regnamespace
	left join pg_constraint as c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid$$, 'nothing of the packs uses a planted operator');
select plant('packs');
insert into projects (id, name, owner_name) overriding system value values (1, 'p', 'o');
insert into videos (id, path, file_name, size_bytes, duration_seconds, frames_per_second, width, height) overriding system value
	values (1, '/a', 'a', 1, 10, 25, 640, 480);
insert into test_sessions (id, project_id, video_id, name, detector, status, started_at) overriding system value
	values (1, 1, 1, 't', 'd', 'running', now());
insert into detection_events (test_session_id, frame, at_seconds, object_type, confidence, x, y, width, height)
	values (1, 1, 20, 'animal', 0.5, 1, 1, 1, 1);
insert into test_results (test_session_id, true_positives, false_positives, false_negatives, precision_score, recall_score, f1_score, passed)
	values (1, 1, 1, 3, 0.5, 0.25, 0.33, true);
select bag_eq($$select name, violations::integer from dbcheck_run() where table_name like 'packs.%' and violations is distinct from 0$$,
	$$values ('detection_events_in_video', 1), ('test_sessions_video_linked', 1), ('test_results_scores', 1), ('test_results_counts', 1)$$,
	'and its rules do not, either');
select * from finish();
