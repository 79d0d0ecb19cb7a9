-- A superuser who has taken a role calls as that role: no code of a call can go back,
-- or leave something that does so later.
set client_min_messages = error;
drop database if exists taken;
drop role if exists taken_app, taken_other;
create database taken;
\connect taken
set client_min_messages = error;
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

create role taken_app;
create role taken_other;
grant taken_other to taken_app;
select dbcare_install() is not null;
select dbcare_grant('taken_app', a) is not null from unnest(array['admin', 'migrate', 'archive', 'audit']) as a;
create schema app authorization taken_app;
grant usage on schema app to taken_other;

set role taken_app;
-- it writes who it is after it has tried to be somebody else
create table app.seen (who text not null);
grant insert on app.seen to public;
create function app.leave(how text default 'none') returns boolean language plpgsql as $$
begin
	begin
		perform set_config(case how when 'none' then 'role' else 'session_authorization' end, how, true);
	exception when others then
		null;
	end;
	insert into app.seen values (current_user);
	return true;
end $$;
create function app.leaving() returns trigger language plpgsql as
	$$ begin perform app.leave(); perform app.leave('postgres'); return new; end $$;
create function app.seen() returns text language sql as
	$$ with s as (delete from app.seen returning who) select string_agg(distinct who, ', ') from s $$;
create table app.plain (id integer primary key, n integer);
create trigger leaving before insert or update on app.plain for each row execute function app.leaving();
create table app.late (id integer primary key, n integer);
create constraint trigger leaving after insert or update on app.late deferrable initially deferred
	for each row execute function app.leaving();
create table app.rude (id integer primary key);
create function app.hold() returns boolean language plpgsql as $$
begin
	if not exists (select from pg_cursors where name = 'held') then
		execute 'declare held cursor with hold for select app.leave()';
	end if;
	return true;
end $$;
insert into app.rude values (1);

-- ---- rows ----

select lives_ok($$select dbops_insert('app.plain', '[{"id": 1, "n": 1}, {"id": 2, "n": 2}]')$$, 'rows are inserted as the role');
select is(app.seen(), 'taken_app', '... which a trigger cannot leave');
select lives_ok($$select dbops_update('app.plain', '{"n": 5}', '{"id": 1}')$$, 'rows are changed');
select is(app.seen(), 'taken_app', '... as the role, too');
select throws_ok($$select dbops_insert('app.late', '{"id": 1}')$$, '55000', 'dbops_insert leaves deferred triggers of table app.late',
	'no trigger waits for the end of the transaction');
begin;
set constraints all immediate;
select lives_ok($$select dbops_insert('app.late', '{"id": 1}')$$, '... but fires in the call');
commit;
select is(app.seen(), 'taken_app', '... and as the role');
select dbcheck_rule_add('holds', 'app.rude', 'app.hold()') is not null;
select throws_ok($$select * from dbcheck_run('{"sources": ["rule"], "relation": "app.rude"}')$$, '24000',
	'dbcheck_run leaves cursor "held" open', 'a rule leaves no cursor');
select throws_ok($$select dbops_execute('select app.hold()')$$, '24000', 'dbops_execute leaves cursor "held" open', 'nor does a statement');

-- ---- migrations ----

select dbmigrate_add('1', 'leaves', 'select app.leave(); select app.leave(''postgres''); create table app.made ()', 'drop table app.made') is not null;
select lives_ok($$select dbmigrate_apply('1')$$, 'a migration runs as the role');
select is(app.seen(), 'taken_app', '... which its code cannot leave');
select is((select relowner::regrole::text from pg_class where oid = 'app.made'::regclass), 'taken_app', '... and owns what it creates');
select lives_ok($$select dbmigrate_rollback('0')$$, 'it is rolled back');
select dbmigrate_add('2', 'resets', 'reset role; create table app.stolen ()') is not null;
prepare resets as select dbmigrate_apply('2');
select throws_ok('resets', '55P02', 'parameter "role" cannot be changed now', 'a script cannot reset the role');
select is(current_user::text, 'taken_app', 'the session has its role');
select dbmigrate_add('2', 'outside', 'create index concurrently on app.plain (n); select app.leave(); select app.leave(''postgres'')') is not null;
call dbmigrate_deploy('2') \gset
select is(app.seen(), 'taken_app', 'nor can code in a background worker');
select dbmigrate_add('3', 'late', 'insert into app.late values (7)') is not null;
select lives_ok($$select dbmigrate_apply('3')$$, 'deferred triggers of a migration fire in the call');
select is(app.seen(), 'taken_app', '... as the role');

-- ---- procedures ----

call dbmigrate_backfill('n', 'update app.plain set n = n + 1 where n is not null', '{"batch_ms": 1, "pause_ms": 0}') \gset
select is(app.seen(), 'taken_app', 'a backfill runs as the role in each of its transactions');
update app.late set n = 1;
select is(app.seen() <> 'taken_app', true, 'outside of calls a trigger can leave it, as PostgreSQL allows');

-- ---- afterwards ----

select lives_ok('set role none', 'after a call the session changes its role');
select is(current_user, session_user, '... which is that of the login');
set session authorization taken_app;
select throws_ok($$select dbops_execute('set session authorization postgres')$$, null, null, 'no statement ends SET SESSION AUTHORIZATION');
select lives_ok($$select dbops_update('app.plain', '{"n": 6}', '{"id": 1}')$$, 'rows are changed by a session of a role');
select is(app.seen(), 'taken_app', '... which a trigger cannot leave either');
reset session authorization;
select is(current_user, session_user, 'the session is that of the login');
select * from finish();
\connect postgres
set client_min_messages = error;
drop database taken;
drop role taken_app, taken_other;
