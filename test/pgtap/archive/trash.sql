-- Mode trash: values of all kinds, rights of those who delete, partitions, and
-- what is refused.
set client_min_messages = warning;
drop database if exists ar_trash;
drop role if exists ar_app, ar_other;
create database ar_trash;
\connect ar_trash
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

-- ---- values ----

create type mood as enum ('sad', 'so "so"');
create type pair as (a int, b text);
create domain positive as int check (value > 0);
-- a server may be built without XML
select case when setting ~ 'libxml' then 'xml' else 'text' end as xml from pg_config where name = 'CONFIGURE' \gset
create table v (id numeric primary key, i8 bigint, r real, d double precision, n numeric, b boolean, t text, c char(5),
	by bytea, ts timestamp, tz timestamptz, dt date, iv interval, j json, jb jsonb, a int[], m mood, p pair, pos positive,
	rel regclass, mon money, bits bit varying, rng tstzrange, u uuid, ip inet, x :xml,
	g int generated always as (pos * 2) stored, "odd ""name' " text);
insert into v values (1.50, -9223372036854775808, 'NaN', '-Infinity', 'NaN', true, E'tab\t"quoted" \\ é\n', 'ab',
	'\x00ff', 'infinity', '2020-02-29 12:34:56.789012+05', '-infinity', '1 mon -3 days 04:05:06.7', '{"a":  1}', '{"b": [1.0]}',
	'{{1,null},{3,4}}', 'so "so"', '(1,"x,y")', 7, 'pg_class', 12.34, '101', '[2020-01-01,)', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
	'10.0.0.0/8', '<a>b</a>', default, 'x'),
	(2, null, 1e-45, 5e-324, 1e300, false, '', '', '', null, null, null, null, null, 'null', '{}', null, null, null, null, null, '',
	'empty', null, null, null, default, null);
create table before as select v::text as row from v;
select dbarchive_enable('v') is not null;
set datestyle = 'German, DMY';
set intervalstyle = 'sql_standard';
set extra_float_digits = 0;
set bytea_output = 'escape';
set timezone = 'Asia/Kathmandu';
delete from v;
reset all;
set client_min_messages = warning;
select is((select count(*) from dbarchive_deleted('v')), 2::bigint, 'both rows were kept');
select is(((select row_data from dbarchive_deleted('v') where row_key::text = '"1.50"') ->> 'tz'), '2020-02-29 07:34:56.789012+00',
	'values are written the same whatever the settings of the session');
select lives_ok($$select dbarchive_restore('v', '1.50')$$, 'the row is found by its key as it is listed');
select bag_eq('select v::text from v', 'select row from before', 'all values are what they were');

-- ---- who may delete ----

create role ar_app;
create role ar_other;
create table mine (id int primary key, secret text);
create table yours (id int primary key, mine_id int references mine on delete cascade);
insert into mine values (1, 'a'), (2, 'b'), (3, 'c');
insert into yours values (1, 1), (2, 2);
grant select, delete on mine to ar_app;
select dbarchive_enable('mine') is not null;
set role ar_app;
delete from mine where id = 1;
select throws_ok('select * from dbcare.trash', '42501', null, 'a role that deletes rows cannot read the trash');
select throws_ok($$insert into dbcare.trash (batch_id, table_name, row_data, deleted_at) values (1, 'public.mine', '{}', now())$$, '42501', null, 'nor forge deleted rows');
select throws_ok($$select * from dbarchive_deleted()$$, '42501', null, 'nor list deleted rows');
select throws_ok($$select dbarchive_restore('mine', 1)$$, '42501', null, 'nor restore them');
select throws_ok($$select dbarchive_delete('mine', 2)$$, '42501', null, 'nor delete with a reason');
select throws_ok($$select dbarchive_disable('mine')$$, '42501', null, 'nor switch the triggers off');
select throws_ok($$alter table mine disable trigger all$$, '42501', null, 'nor with ALTER TABLE');
select throws_ok($$create table own (id int primary key); create trigger t after delete on own for each row execute function dbarchive_capture()$$,
	'42501', null, 'nor use the function of the triggers in his own');
reset role;
select results_eq('select table_name, row_key::text, deleted_by, rows_in_batch from dbarchive_deleted() where batch = (select max(batch) from dbarchive_deleted()) order by 1',
	$$values ('public.mine', '1', session_user::text collate "default", 2::bigint), ('public.yours', '1', session_user::text collate "default", 2::bigint)$$,
	'what it deletes is kept, with the user of the session');
set dbcare.actor = 'shop';
delete from mine where id = 2;
select is((select deleted_by from dbarchive_deleted('mine') where row_key::text = '2'), 'shop (' || session_user || ')', 'a named actor is shown with the user');
reset dbcare.actor;

-- a search_path of others is not used
create schema evil;
create function evil.now() returns timestamptz language plpgsql as $$begin raise exception 'planted'; end$$;
create function evil.nextval(text) returns bigint language plpgsql as $$begin raise exception 'planted'; end$$;
create type evil.json as (a int);
begin;
set local search_path = evil, pg_catalog, public;
delete from public.mine where id = 3;
commit;
select is((select count(*) from dbarchive_deleted('mine') where row_key::text = '3'), 1::bigint, 'functions of the search_path do not run');

-- row security
create table hidden (id int primary key, owner name);
insert into hidden values (1, 'ar_app'), (2, 'ar_other');
alter table hidden enable row level security;
create policy own on hidden using (owner = current_user);
grant select, delete on hidden to ar_app;
select dbarchive_enable('hidden') is not null;
set role ar_app;
delete from hidden;
reset role;
select results_eq('select row_key::text from dbarchive_deleted(''hidden'')', array['1'], 'with row security, only the rows that were deleted are kept');

-- the trash of a role that is not trusted
create table dbcare_trash_owner as select relowner::regrole::text as name from pg_class where oid = 'dbcare.trash'::regclass;
insert into mine values (4, 'd');
alter table dbcare.trash owner to ar_other;
set role ar_app;
select throws_ok('delete from mine where id = 4', '42501', 'deleted rows cannot be kept: table dbcare.trash belongs to role "ar_other"',
	'rows are not written to a table of another role');
reset role;
select format('alter table dbcare.trash owner to %s', name) from dbcare_trash_owner \gexec
select is((select count(*) from mine where id = 4), 1::bigint, '... and not deleted');

-- ---- what is refused ----

select throws_ok('truncate mine cascade', '55000', 'table mine cannot be truncated', 'TRUNCATE is refused');
select throws_ok('select dbarchive_capture()', null, null, 'the function of the triggers cannot be called');
select throws_ok($$select dbarchive_enable('pg_class')$$, '0A000', null, 'tables of the catalog are refused');
select throws_ok($$select dbarchive_enable('dbcare.trash')$$, '0A000', null, 'tables of dbcare are refused');
create view seen as select 1 as id;
select throws_ok($$select dbarchive_enable('seen')$$, '42809', null, 'views are refused');
select throws_ok($$select dbarchive_restore('v', '{"nix": 1}')$$, '22023', '{"nix": 1} is not the key of a row', 'a key that is none is refused');
select throws_ok($$select dbarchive_restore_batch(null)$$, '22004', null, 'a null batch is refused');
select throws_ok($$select dbarchive_delete('mine', 4, '{"why": "x"}')$$, '22023', null, 'an unknown option is refused');

-- ---- conflicts ----

create table u (id int primary key, name text unique, checked int);
insert into u values (1, 'a', 1), (2, 'b', -1), (3, null, 3);
select dbarchive_enable('u') is not null;
delete from u;
insert into u values (9, 'a', 1), (3, 'c', 1);
select throws_matching($$select dbarchive_restore('u', 2)$$, 'batch \d+ cannot be restored', 'a batch with conflicts is refused');
create function pg_temp.detail(query text) returns text language plpgsql as $$
declare
	detail text;
begin
	execute query;
	return 'none';
exception when others then
	get stacked diagnostics detail = pg_exception_detail;
	return detail;
end $$;
select is(pg_temp.detail($$select dbarchive_restore('u', 2)$$),
	'Row 1 of table public.u: a row with the same unique key exists (duplicate key value violates unique constraint "u_name_key"). '
	'Row 3 of table public.u: a row with the same unique key exists (duplicate key value violates unique constraint "u_pkey").',
	'... with all of them');
select results_eq('select id from u order by 1', array[3, 9], '... and nothing is restored');
delete from u;
alter table u add check (checked > 0), alter name set not null;
select matches(pg_temp.detail($$select dbarchive_restore('u', 2)$$), 'Row 2 of table public.u: rows of public.u violate constraints .*Row 3 of table public.u: rows of public.u violate',
	'rows that violate new constraints are not restored');
alter table u drop constraint u_checked_check, alter name drop not null;
select is((select count(*) from (select dbarchive_restore('u', 2)) as r), 1::bigint, 'without the conflicts the batch is restored');
select results_eq('select id, name, checked from u order by 1', $$values (1, 'a', 1), (2, 'b', -1), (3, null::text, 3)$$, '... exactly');

-- ---- partitions, dropped columns, triggers of the table ----

create table part (id int, at date, gone int, kept text, primary key (id, at)) partition by range (at);
create table part_1 partition of part for values from ('2020-01-01') to ('2021-01-01');
create table part_2 (kept text, id int not null, at date not null, gone int);
alter table part attach partition part_2 for values from ('2021-01-01') to ('2022-01-01');
alter table part drop column gone;
select dbarchive_enable('part') is not null;
insert into part values (1, '2020-05-05', 'x'), (1, '2021-05-05', 'y');
delete from part;
select is((select count(*) from dbarchive_deleted() where table_name in ('public.part_1', 'public.part_2')), 2::bigint, 'rows of partitions are kept under the partition');
create function boom() returns trigger language plpgsql as $$begin raise exception 'a trigger fired'; end$$;
create trigger boom before insert or update on part_2 for each row execute function boom();
select lives_ok($$select dbarchive_restore_batch((select max(batch) from dbarchive_deleted()))$$, 'they are restored without firing triggers');
select results_eq('select at, kept from part order by 1', $$values (date '2020-05-05', 'x'), (date '2021-05-05', 'y')$$, '... into their partitions');
select is((select count(*) from dbarchive_deleted('part')), 0::bigint, 'nothing of the table is left in the trash');
select is(dbarchive_delete('part', '{"id": 1, "at": "2020-05-05"}', '{"reason": "asked"}') ->> 'rows', '1', 'a row is deleted by its table, not its partition');
select is((select count(*) from dbarchive_deleted('part')), 1::bigint, '... listed');
alter table part_2 disable trigger boom;
select is(dbarchive_restore('part', '{"id": 1, "at": "2020-05-05"}') ->> 'rows', '1', '... and restored');
select results_eq('select at from part order by 1', $$values (date '2020-05-05'), (date '2021-05-05')$$, '... exactly, into its partition');

-- ---- rows that move, partitions that are dropped or detached ----

create table moved (id int, k int, primary key (id, k)) partition by list (k);
create table moved_1 partition of moved for values in (1);
create table moved_2 partition of moved for values in (2);
select dbarchive_enable('moved') is not null;
insert into moved values (1, 1), (2, 1), (3, 1), (4, 2);
update moved set k = 2 where id = 1;
select is((select count(*) from dbarchive_deleted('moved')), 0::bigint, 'a row that moves to another partition is not kept');
create function refuse() returns trigger language plpgsql as $$begin return null; end$$;
create trigger refuse before insert on moved_2 for each row execute function refuse();
update moved set k = 2 where id = 2;
select results_eq('select row_key::text from dbarchive_deleted(''moved'')', $$values ('{"k": 1, "id": 2}')$$, 'but if a trigger may refuse it there');
delete from moved where id in (3, 4);
alter table moved detach partition moved_2;
select results_eq('select table_name, row_key ->> ''id'' from dbarchive_deleted(''moved'') order by 2',
	$$values ('public.moved_1', '2'), ('public.moved_1', '3'), ('public.moved_2', '4')$$, 'rows of a detached partition are listed with those of the table');
drop table moved_1;
select is((select count(*) from dbarchive_deleted('moved')), 3::bigint, '... and those of a dropped one');
select is(pg_temp.detail($$select dbarchive_restore('moved', '{"id": 2, "k": 1}')$$), 'Row {"k": 1, "id": 2} of table public.moved_1: table public.moved_1 no longer exists.', '... which cannot be restored');
create table moved_1 (id int, k int, primary key (id, k)) partition by list (k);
create table moved_11 partition of moved_1 for values in (1);
select is(pg_temp.detail($$select dbarchive_restore('moved', '{"id": 2, "k": 1}')$$), 'Row {"k": 1, "id": 2} of table public.moved_1: public.moved_1 is no longer an ordinary table.',
	'... nor if the table is partitioned now');

-- ---- tables that no longer exist, or are in another schema ----

create table gone (id int primary key, v text);
select dbarchive_enable('gone') is not null;
insert into gone values (1, 'a'), (2, 'b');
delete from gone where id = 1;
create schema elsewhere;
alter table gone set schema elsewhere;
delete from elsewhere.gone;
select dbarchive_enable('elsewhere.gone') is not null;
select is((select count(*) from dbarchive_deleted('elsewhere.gone')), 2::bigint, 'deleted rows follow a table to another schema');
drop table elsewhere.gone;
select is((select count(*) from dbarchive_deleted() where table_name = 'elsewhere.gone'), 2::bigint, 'rows of a dropped table are listed');
call dbarchive_purge('elsewhere.gone');
select is((select count(*) from dbarchive_deleted() where table_name = 'elsewhere.gone'), 2::bigint, '... stay until the term is over');
update dbcare.trash set deleted_at = '2999-01-01' where table_name = 'elsewhere.gone';
call dbarchive_purge('elsewhere.gone', '{"older_than_days": 0}');
select is((select count(*) from dbarchive_deleted() where table_name = 'elsewhere.gone'), 0::bigint, '... and are purged then, also if the clock was set back');
call dbarchive_purge('moved', '{"older_than_days":0}');
select is((select count(*) from dbarchive_deleted('moved')), 0::bigint, 'rows of dropped partitions are purged with their table');

-- a fix of a health check that calls dbcare
select dbaudit_enable('u') is not null;
alter table u disable trigger dbcare_audit;
call dbhealth_fix('audit_triggers', '{"dry_run": false}');
select is((select problem from dbaudit_tables() where table_name = 'public.u'), null, 'dbhealth_fix() enables disabled triggers of the log');
select dbaudit_disable('u') is not null;

-- ---- rows deleted between an exchange of names and dbarchive_enable() ----

create table ex1 (id int primary key);
create table ex2 (id int primary key);
create table ep1 (id int primary key) partition by range (id);
create table ep1_all partition of ep1 default;
create table ep2 (id int primary key) partition by range (id);
create table ep2_all partition of ep2 default;
select dbarchive_enable(name) is not null from (values ('ex1'), ('ex2'), ('ep1'), ('ep2')) as t (name);
insert into ex1 values (11), (12);
insert into ex2 values (21), (22);
insert into ep1 values (31), (32);
insert into ep2 values (41), (42);
delete from ex1 where id = 11;
delete from ex2 where id = 21;
delete from ep1 where id = 31;
delete from ep2 where id = 41;
begin;
alter table ex1 rename to ex0;
alter table ex2 rename to ex1;
alter table ex0 rename to ex2;
alter table ep1 rename to ep0;
alter table ep2 rename to ep1;
alter table ep0 rename to ep2;
commit;
delete from ex1 where id = 22;
delete from ex2 where id = 12;
delete from ep1 where id = 42;
delete from ep2 where id = 32;
select dbarchive_enable('ex1') is not null;
select bag_eq($$select table_name, row_key::text from dbarchive_deleted() where table_name like 'public.ex%'$$,
	$$values ('public.ex2', '11'), ('public.ex2', '12'), ('public.ex1', '21'), ('public.ex1', '22')$$,
	'rows deleted before and after an exchange of names have the names of their tables');
select bag_eq($$select root, row_key from dbcare.trash where root like 'public.ep%'$$,
	$$values ('public.ep2', '31'), ('public.ep2', '32'), ('public.ep1', '41'), ('public.ep1', '42')$$, '... and so have those of partitioned tables');
select dbarchive_restore('ex2', 12) ->> 'rows', dbarchive_restore('ex1', 21) ->> 'rows';
select bag_eq('select 2, id from ex2 union all select 1, id from ex1', 'values (2, 12), (1, 21)', '... and are restored there');

-- ---- reasons, savepoints, deferred keys ----

begin;
savepoint s;
delete from u where id = 1;
rollback to s;
commit;
select is((select count(*) from dbarchive_deleted('u') where row_key::text = '1'), 0::bigint, 'a deletion that is rolled back leaves nothing');
select is(dbarchive_delete('u', 1, '{"reason": "asked"}') ->> 'rows', '1', 'dbarchive_delete deletes a row');
select is((select reason from dbcare.trash where table_name = 'public.u' and row_key = '1'), 'asked', '... with its reason');
select throws_ok($$select dbarchive_delete('u', 1)$$, '42704', 'table public.u has no row with the key 1', 'a row that does not exist is an error');
alter table u disable trigger dbcare_trash;
select throws_ok($$select dbarchive_delete('u', 2)$$, '55000', 'row 2 of table public.u would not be kept', 'a row that triggers would not keep is not deleted');
select is((select count(*) from u where id = 2), 1::bigint, '... and is still there');
analyze u;
select is((select live_rows from dbarchive_status() where table_name = 'public.u' and policy is null), (select count(*) from u),
	'dbarchive_status has the estimate of live rows');
drop owned by ar_app, ar_other;
drop role ar_app, ar_other;
-- ---- deletions that something prevents ----

create table ruled (id int primary key);
create rule stays as on delete to ruled do instead nothing;
create table guarded (id int primary key, note text);
create function skip() returns trigger language plpgsql as 'begin return null; end';
create trigger skip before delete or update on guarded for each row execute function skip();
insert into ruled values (1);
insert into guarded values (1, 'a');
select dbarchive_enable(t) is not null from unnest('{ruled,guarded}'::text[]) as t;
select throws_like($$select dbarchive_delete('ruled', 1)$$, 'row 1 of table public.ruled cannot be deleted', 'a rule keeps a row');
select throws_like($$select dbarchive_delete('guarded', 1)$$, 'row 1 of table public.guarded cannot be deleted', '... or a trigger');
select throws_like($$select dbarchive_delete('guarded', 2)$$, '%has no row with the key 2', '... which is not there otherwise');
insert into guarded values (2, 'b');
drop trigger skip on guarded;
create trigger skip before delete or update on guarded for each row when (old.id = 1) execute function skip();
create or replace function skip() returns trigger language plpgsql as 'begin if old.id = 1 then return null; end if; return old; end';
select is(dbops_delete('guarded', '{"id": {"gte": 1}}') ->> 'keys', '[2]', 'dbops_delete names the rows that were deleted');
select dbarchive_disable('guarded') is not null;
select dbarchive_enable('guarded', '{"mode": "flag"}') is not null;
select throws_like($$select dbarchive_delete('guarded', 1)$$, 'row 1 of table public.guarded cannot be deleted', '... nor is it marked');
select * from finish();
