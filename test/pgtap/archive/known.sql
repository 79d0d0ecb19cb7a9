-- Tables are known by their OID: neither a trigger with the number of another table,
-- nor a table that has got its name, sees or takes over what is kept of it.
set client_min_messages = warning;
drop database if exists ar_known;
create database ar_known;
drop role if exists ar_owner, ar_thief, ar_reader;
\connect ar_known
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

create role ar_owner;
create role ar_thief;
create role ar_reader;
grant execute on function dbarchive_capture(), dbaudit_capture() to ar_thief;
grant usage, create on schema public to ar_owner, ar_thief;
select dbcare_install() is not null, dbcare_grant('ar_thief', 'archive') is not null, dbcare_grant('ar_thief', 'audit') is not null,
	dbcare_grant('ar_reader', 'archive') is not null, dbcare_grant('ar_reader', 'audit') is not null;
set role ar_owner;
create table accounts (id int primary key, secret text, path text);
create table details (id int primary key, account int references accounts on delete cascade);
grant select on accounts, details to ar_reader;
reset role;
select dbarchive_enable('accounts', '{"file_column": "path"}') is not null, dbaudit_enable('accounts') is not null;
select dbcheck_rule_add('few', 'accounts', 'id <> 9', '{"repair_sql": "delete"}') is not null;
insert into accounts values (1, 'kept', '/1'), (2, 'kept', '/2'), (3, 'kept', '/3'), (9, 'kept', '/9');
insert into details values (1, 1);
select dbcheck_repair('{"dry_run": false, "rules": ["few"]}') is not null;
delete from accounts where id = 3;
call dbarchive_purge('accounts', '{"older_than_days": 0}');
select dbarchive_hold('accounts', 2, 'case') is not null;
delete from accounts where id = 1;
select max(batch_id) as batch from dbcare.trash \gset
select table_id as number from dbcare.known_table where table_name = 'public.accounts' \gset

-- ---- triggers of others ----

create function pg_temp.triggers() returns bigint language sql as $$
	select count(*) from pg_trigger where tgrelid in ('public.accounts'::regclass, 'public.details'::regclass) and tgname ~ '^dbcare' $$;
select pg_temp.triggers() as before \gset

set role ar_thief;
create table bait (id int primary key, secret text);
create table bait_2 (id int primary key);
create table bait_3 (id int primary key);
create trigger dbcare_trash after delete on bait for each row execute function dbarchive_capture('public.accounts');
create trigger dbcare_trash after delete on bait_2 for each row execute function dbarchive_capture(:'number');
create trigger any_name after insert or update or delete on bait_3 for each row execute function dbaudit_capture(:'number');
insert into bait values (7, 'forged');
insert into bait_2 values (7);
select throws_ok('delete from bait', '55000', 'trigger "dbcare_trash" of table public.bait was not created by dbcare for this table',
	'a trigger with the name of another table captures nothing');
select throws_ok('delete from bait_2', '55000', null, 'nor does one with its number');
select throws_ok('insert into bait_3 values (7)', '55000', null, 'nor does one of the log');
create table bait_4 (id int primary key) partition by range (id);
create table bait_5 partition of bait_4 default;
create trigger dbcare_trash after delete on bait_4 for each row execute function dbarchive_capture(:'number');
create trigger any_name after delete on bait_5 for each row execute function dbarchive_capture();
insert into bait_4 values (8);
select throws_ok('delete from bait_4', '55000', null, 'nor does one without a number, of a partition');
drop trigger dbcare_trash on bait_4;
drop trigger any_name on bait_5;
delete from bait_4;
create trigger no_number after insert or update or delete on bait_3 for each row execute function dbaudit_capture('x', 'place');
create trigger other_number after insert or update or delete on bait_3 for each row execute function dbaudit_capture('99999999999999999999');
reset role;
select lives_ok('select count(*) from dbaudit_tables()', 'an argument that is no number affects no other table');
select is(dbaudit_enable('bait_4') ->> 'table_name', 'public.bait_4', 'a partitioned table is logged');
set role ar_thief;
create trigger of_rows after insert or update or delete on bait_5 for each row execute function dbaudit_capture(:'number');
select throws_ok('insert into bait_4 values (7)', '55000', null, 'nor does one of a partition whose rows are logged with its table');
select is((select part_until from dbcare.known_table where table_id = :number), null, '... or tells that the other table is such a partition');
drop table bait_4;
reset role;
select is((select count(*) from dbcare.trash where row_data ~ 'forged' or row_key = '7'), 0::bigint, 'nothing was forged');
select bag_eq($$select object from dbhealth_checks('{"checks": ["archive_triggers"]}') where severity = 'warning'$$,
	$$values ('public.bait'), ('public.bait_2')$$, 'archive_triggers finds such triggers');
select results_eq('select problem from dbaudit_tables() where table_name = ''public.accounts''', $$values ('trigger any_name of table public.bait_3 has its number')$$, '... and dbaudit_tables() those of the log');
select is(dbarchive_enable('accounts') ->> 'table_name', 'public.accounts', 'dbarchive_enable() drops them');
select is(pg_temp.triggers(), :before::bigint, '... and leaves the triggers of the table');
select is((select row_key from dbcare.hold where table_name = 'public.accounts'), '2', '... and its holds');
select is((select count(*) from dbcare.archived_table where table_name = 'public.accounts'), 1::bigint, '... and its mode');
drop table bait, bait_2, bait_3;

-- a table that its owner has given away, before its next change
set role ar_thief;
create table given (id int primary key);
reset role;
create schema away;
select dbarchive_enable('given') ->> 'mode', dbaudit_enable('given') ->> 'mode';
insert into given values (1);
select table_id as given from dbcare.known_table where table_name = 'public.given' \gset
alter table given set schema away;
alter table away.given owner to ar_owner;
set role ar_thief;
create table given (id int primary key);
create trigger of_rows after insert or update or delete on given for each row execute function dbaudit_capture(:'given');
create trigger of_trash after delete on given for each row execute function dbarchive_capture(:'given');
select throws_ok('insert into given values (7)', '55000', null, 'a new table of its former owner with its name is not it');
reset role;
select lives_ok('delete from away.given', '... and its rows are kept');
select is((select relid from dbcare.known_table where table_id = :given), 'away.given'::regclass::oid, '... under its number');
drop table given, away.given;

-- ---- who sees what ----

-- what a role sees of the trash, the rows of repairs, the files and the log
create function pg_temp.seen() returns text language sql as $$
	select concat_ws(' ', (select count(*) from dbcare.trash where row_data ~ 'kept'),
		(select count(*) from dbcare.quarantine where row_data ~ 'kept'),
		(select count(*) from dbcare.left_file where path ~ '/'), (select count(*) from dbcare.hold),
		(select count(*) from dbcare.audit_entry where changed ~ 'kept')) $$;
grant select on dbcare.quarantine to ar_thief, ar_reader, ar_owner;
select dbcare_grant('ar_owner', 'archive') is not null, dbcare_grant('ar_owner', 'audit') is not null;
set role ar_thief;
select is(pg_temp.seen(), '0 0 0 0 3', 'a role with the area, but no right on the table, sees only the log');
select throws_ok('select * from dbarchive_deleted(''accounts'')', '42501', 'permission denied for table public.accounts', 'it cannot list deleted rows');
select throws_ok('select dbarchive_restore(''accounts'', 1)', '42501', 'permission denied for table public.accounts', '... restore one');
select throws_ok('select dbarchive_restore_batch(' || :batch || ')', '42501', null, '... or its batch');
select throws_ok('select dbarchive_hold(''accounts'', 1, ''x'')', '42501', null, '... hold one');
select throws_ok('select * from dbarchive_export_rows(''accounts'', ''{"deleted": true}'')', '42501', null, '... export any');
select throws_ok('select dbarchive_release(''accounts'', 2)', '42501', null, '... or end a hold');
\set ON_ERROR_STOP off
call dbarchive_purge('accounts', '{"older_than_days": 1}');
\set ON_ERROR_STOP on
select is(cast(:'LAST_ERROR_SQLSTATE' as text), '42501', '... or purge any');
set role ar_reader;
select is(pg_temp.seen(), '1 1 1 1 3', 'one that may read the table sees all');
set role ar_owner;
select is(pg_temp.seen(), '1 1 1 1 3', '... as the owner does');
reset role;
alter table accounts enable row level security;
set role ar_reader;
select is(pg_temp.seen(), '0 0 0 0 0', 'row security of the table hides what was kept before');
reset role;
delete from accounts where id = 2;
alter table accounts disable row level security;
set role ar_reader;
select is(pg_temp.seen(), '1 1 1 1 0', 'without it, what was kept under it stays hidden');
reset role;

-- ---- a new table with the name ----

drop table accounts cascade;
set role ar_reader;
select is(pg_temp.seen(), '0 0 0 0 0', 'what was kept of a dropped table is not for those who could read it');
set role ar_owner;
select is(pg_temp.seen(), '2 1 1 1 4', '... but for its owner');
set role ar_thief;
create table accounts (id int primary key, secret text, path text);
select is(pg_temp.seen(), '0 0 0 0 0', 'the owner of a new table of this name sees nothing');
select is((select count(*) from dbarchive_deleted('accounts')), 0::bigint, '... lists nothing');
select throws_ok('select dbarchive_restore(''accounts'', 1)', null, null, '... and restores nothing');
reset role;
select throws_ok('select dbarchive_restore(''accounts'', 1)', '55000', null, 'nor does a superuser, into that table');
select is((select count(*) from accounts), 0::bigint, '... which has no rows');
select throws_ok('select dbaudit_undo(max(entry_id)) from dbcare.audit_entry', '55000',
	'table public.accounts is not the one that the changes were logged of', 'a superuser cannot undo changes of the old table there');
select is(dbarchive_enable('accounts') ->> 'mode', 'trash', 'the new table can be enabled');
insert into accounts values (1, 'new', null);
delete from accounts;
set role ar_thief;
select is((select count(*) from dbarchive_deleted('accounts')), 1::bigint, '... and its owner sees its own deleted rows');
reset role;
drop table accounts;
set role ar_owner;
create table accounts (id int primary key, secret text, path text);
reset role;
select is((dbarchive_restore('accounts', 2) ->> 'rows')::int, 1, 'rows are restored into a new table of the same owner');
select is((select count(*) from dbcare.known_table where table_name = 'public.accounts'), 2::bigint, 'each of the tables has its number');
drop table accounts;
drop owned by ar_owner, ar_thief, ar_reader;
drop role ar_owner, ar_thief, ar_reader;
select * from finish();
