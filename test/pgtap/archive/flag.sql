-- Mode flag: partitioned tables, and row security.
set client_min_messages = warning;
drop database if exists ar_flag;
drop role if exists ar_tenant;
create database ar_flag;
\connect ar_flag
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

-- ---- partitions ----

create table part (id int, at date, note text, primary key (id, at)) partition by range (at);
create table part_1 partition of part for values from ('2020-01-01') to ('2021-01-01');
create table part_2 (note text, id int not null, at date not null);
alter table part attach partition part_2 for values from ('2021-01-01') to ('2022-01-01');
insert into part values (1, '2020-05-05', 'x'), (1, '2021-05-05', 'y'), (2, '2021-05-05', 'z');
select dbarchive_enable('part', '{"mode": "flag"}') is not null;
create table part_3 partition of part for values from ('2022-01-01') to ('2023-01-01');
insert into part values (3, '2022-05-05', 'new');
select is(dbarchive_delete('part', '{"id": 1, "at": "2021-05-05"}') ->> 'rows', '1', 'a row of a partition is marked');
select is(dbarchive_delete('part', '{"id": 3, "at": "2022-05-05"}') ->> 'rows', '1', '... of a partition that is newer than the mode, too');
select results_eq('select id, at from part_live order by 1, 2', $$values (1, date '2020-05-05'), (2, '2021-05-05')$$,
	'the view has the rows that are not marked');
select is((select count(*) from dbarchive_deleted('part')), 2::bigint, 'the marked rows are listed');
select is(dbarchive_restore('part', '{"id": 1, "at": "2021-05-05"}') ->> 'rows', '1', 'one is restored');
select is((select count(*) from part where deleted_at is null and note = 'y'), 1::bigint, '... exactly');
create table follower (id int primary key, part_id int, part_at date, foreign key (part_id, part_at) references part on delete cascade);
insert into part values (7, '2021-01-01', 'held'), (8, '2021-02-02', 'referred to'), (9, '2021-03-03', 'purged');
update part set deleted_at = '2021-06-01 00:00+00', deletion_id = 77 where id in (7, 8, 9);
insert into follower values (1, 8, '2021-02-02');
select dbarchive_hold('part', '{"id": 7, "at": "2021-01-01"}', 'case') is not null;
call dbarchive_purge('part', '{"older_than_days": 1, "dry_run": true}') \gset
select is(:'result'::jsonb - 'duration_ms' #- '{tables,0,bytes}', '{"mode": "flag", "rows": 1, "held": 1, "referenced": 1, "dry_run": true, "table_name": "public.part",
	"tables": [{"rows": 1, "oldest": "2021-06-01T00:00:00.000Z", "newest": "2021-06-01T00:00:00.000Z", "table_name": "public.part"}]}'::jsonb,
	'a dry run of a purge tells which rows go, and why others stay');
select cmp_ok((:'result'::jsonb #>> '{tables,0,bytes}')::int, '>', 20, '... and their size');
drop table follower;
select dbarchive_release('part', '{"id": 7, "at": "2021-01-01"}') is not null;
delete from part where id in (7, 8, 9);
call dbarchive_purge('part', '{"older_than_days": 0}');
select results_eq('select id from part order by 1, at', 'values (1), (1), (2)', 'the other is deleted for good');

-- a trigger inserts what is purged again: the purge ends
create table again (id int generated always as identity primary key, note text);
insert into again (note) values ('a'), ('b');
select dbarchive_enable('again', '{"mode": "flag"}') is not null;
select dbarchive_delete('again', 1) is not null;
update again set deleted_at = '2021-06-01 00:00+00' where id = 1;
create function put_back() returns trigger language plpgsql as
	$$begin insert into again (note, deleted_at, deletion_id) values (old.note, old.deleted_at, old.deletion_id); return old; end$$;
create trigger put_back after delete on again for each row execute function put_back();
\set ON_ERROR_STOP off
call dbarchive_purge('again', '{"older_than_days": 1}');
\set ON_ERROR_STOP on
select is(:'LAST_ERROR_MESSAGE'::text, 'rows of table public.again that were deleted are there again', 'a purge whose rows come back ends');
select is((select count(*) from again), 2::bigint, '... and nothing is lost');
update again set deleted_at = null, deletion_id = null;
select dbarchive_disable('again') is not null;
drop table again cascade;

-- ---- row security ----

create role ar_tenant;
create table account (id int primary key, owner name);
create table entry (id int primary key, account_id int references account on delete cascade, owner name);
insert into account values (1, 'ar_tenant'), (2, 'other');
insert into entry values (1, 1, 'ar_tenant'), (2, 1, 'other'), (3, 2, 'other');
select dbarchive_enable('account', '{"mode": "flag"}') is not null;
select dbarchive_enable('entry', '{"mode": "flag"}') is not null;
alter table account enable row level security;
alter table entry enable row level security;
create policy own on account using (owner = current_user);
create policy own on entry using (owner = current_user);
grant select, update, delete on account, entry to ar_tenant;
grant select on account_live to ar_tenant;
select dbcare_grant('ar_tenant', 'archive') is not null;
select is(dbarchive_delete('account', 2) ->> 'rows', '2', 'the owner marks a row and its child');
select deletion_id as other from account where id = 2 \gset
create function detail(query text) returns text language plpgsql as $$
declare
	detail text;
begin
	execute query;
	return 'none';
exception when others then
	get stacked diagnostics detail = pg_exception_detail;
	return detail;
end $$;
set role ar_tenant;
select throws_ok($$select dbarchive_delete('account', 2)$$, '42704', null, 'a row that a policy hides cannot be marked');
select throws_ok($$select dbarchive_restore('account', 2)$$, '42704', null, '... or restored');
select is((select count(*) from dbarchive_deleted()), 0::bigint, '... and is not listed');
select throws_ok($$select dbarchive_delete('account', 1)$$, '23503', 'row 1 of table public.account cannot be marked as deleted',
	'a row is not marked while a policy hides one of its children, which would stay');
reset role;
update entry set owner = 'ar_tenant' where id = 2;
create table hidden (id int primary key, account_id int references account on delete cascade);
insert into hidden values (1, 1);
alter table hidden enable row level security;
grant select on hidden to ar_tenant;
set role ar_tenant;
select is(detail($$select dbarchive_delete('account', 1)$$), 'Rows that refer to it or its children: rows of table public.hidden that row security hides.',
	'... or one that would stay in any case');
reset role;
drop table hidden;
set role ar_tenant;
select is(dbarchive_delete('account', 1) ->> 'rows', '3', 'what the policies show is marked');
select is((select count(*) from account_live), 0::bigint, 'the view shows nobody''s rows but his');
select is((select count(*) from dbarchive_deleted()), 3::bigint, 'his marked rows are listed');
call dbarchive_purge('account', '{"older_than_days": 36500}');
reset role;
update entry set owner = 'other' where id = 2;
set role ar_tenant;
select throws_like($$select dbarchive_restore('account', 1)$$, '%row security hides rows of table public.entry', '... and not restored while a policy hides some of them');
select throws_like(format('select dbarchive_restore_batch(%s)', :other), '%row security hides rows of table public.account', '... or all');
reset role;
select results_eq('select id, deleted_at is null from entry order by 1', 'values (1, false), (2, false), (3, false)', '... so that nothing has changed');
update entry set owner = 'ar_tenant' where id = 2;
set role ar_tenant;
select is(dbarchive_restore('account', 1) ->> 'rows', '3', '... else restored');
reset role;
select results_eq('select id, deleted_at is null from entry order by 1', 'values (1, true), (2, true), (3, false)', 'the hidden rows are as they were');
drop owned by ar_tenant;
drop role ar_tenant;

-- before version 15 a view would show what the policies of its table hide
\set setup `sed 's/150000/990000/' pg_ext/archive/sql/flag_setup.sql`
prepare setup (text, text) as :setup;
create table hidden (id int primary key);
create temp table setup as execute setup ('public', 'hidden');
select is((select statement from setup where statement like 'create view%'), 'create view public.hidden_live as select id from public.hidden where deleted_at is null',
	'without row security a view needs no options');
alter table hidden enable row level security;
create temp table setup_hidden as execute setup ('public', 'hidden');
select is((select problem from setup_hidden where problem is not null), 'Before PostgreSQL 15 no view keeps the row security of table public.hidden',
	'with row security the table is refused before version 15');

-- a table that also loses rows in cascades has triggers that keep them
create table owner_of (id int primary key);
create table owned (id int primary key, owner int references owner_of on delete cascade, secret text);
select dbarchive_enable('owner_of') is not null, dbarchive_enable('owned', '{"mode": "flag"}') is not null;
insert into owned (id, secret) values (1, 'secret'), (2, 'kept');
delete from owned where id = 2;
select dbarchive_delete('owned', 1) is not null;
call dbarchive_purge('owned', $${"older_than_days": 0}$$);
select is((select string_agg(cast(row_data as jsonb) ->> 'secret', ' ') from dbcare.trash where action = 'delete' and table_name = 'public.owned'), 'kept',
	'what a purge of marked rows deletes is not kept');

-- ending the mode drops no view of other tables
create table other (id int primary key);
select dbarchive_enable('other', '{"mode": "flag"}') is not null;
alter table other rename to renamed;
create view renamed_live as select 1 as mine;
select dbarchive_disable('renamed') is not null;
select has_view('renamed_live'::name, 'a view with the name that the table would give stays');
select * from finish();
