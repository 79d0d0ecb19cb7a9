-- Triggers of the application that dbcare does not fire are named.
set client_min_messages = warning;
drop database if exists ar_unfired;
create database ar_unfired;
\connect ar_unfired
set client_min_messages = warning;
create extension pgtap;
create extension dbcare;
select no_plan();

create schema un;
set search_path = un, public;
create table counted (id int primary key, v text) partition by list (id);
create table counted_1 partition of counted for values in (1);
create table counted_2 partition of counted for values in (2);
create table owner_of (id int primary key);
create table owned (id int primary key, owner_id int references owner_of, v text);
create function noted() returns trigger language plpgsql as 'begin return null; end';
create function kept() returns trigger language plpgsql as 'begin return new; end';
create trigger inserted after insert on counted for each row execute function noted();
create trigger deleted after delete on counted for each row execute function noted();
create trigger of_part before update on counted_2 for each row execute function kept();
create trigger statement_wide after insert on owned for each statement execute function noted();
create trigger not_enabled after insert on owned for each row execute function noted();
create trigger always_on after insert on owned for each row execute function noted();
create trigger replica_only after insert on owned for each row execute function noted();
create trigger moved before update on owned for each row execute function kept();
create trigger removed after delete on owned for each row execute function noted();
alter table owned disable trigger not_enabled;
alter table owned enable always trigger always_on;
alter table owned enable replica trigger replica_only;
insert into owner_of values (1);
insert into owned values (1, 1, 'a'), (2, 1, 'b');
insert into counted values (1, 'a'), (2, 'b');

select is(dbarchive_enable('un.owned') -> 'triggers_not_fired', '["statement_wide"]',
	'enable names triggers that a restore will not fire');
select is(dbaudit_enable('un.counted') -> 'triggers_not_fired', '["deleted", "inserted", "of_part"]',
	'enable names triggers that an undo will not fire, of partitions too');
select is(dbarchive_enable('un.owner_of') -> 'triggers_not_fired', null,
	'triggers of foreign keys and of dbcare are not named');

delete from owned where id = 1;
select is(dbarchive_restore('un.owned', 1) -> 'triggers_not_fired', '["statement_wide"]', 'restore names them');

update counted set v = 'c' where id = 2;
select is(dbaudit_undo((select max(id) from dbaudit_log('{"table": "un.counted"}'))) -> 'triggers_not_fired',
	'["deleted", "inserted", "of_part"]', 'undo names them');

alter table owner_of disable trigger all;
delete from owner_of;
alter table owner_of enable trigger all;
select is(dbcheck_repair('{"relation": "un.owned", "orphans": "quarantine", "dry_run": true}') -> 'triggers_not_fired',
	'["removed"]', 'a repair that deletes rows names them');
select is(dbcheck_repair('{"relation": "un.owned", "orphans": "set_null", "dry_run": false}') -> 'triggers_not_fired',
	'["moved"]', 'a repair that changes rows names them');
select is(dbcheck_undo((select max(repair_id) from dbcheck_quarantine())) -> 'triggers_not_fired',
	'["moved"]', 'the undo of a repair names them');

select * from finish();
\connect postgres
drop database ar_unfired;
