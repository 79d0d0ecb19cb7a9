-- undoing changes of many rows, whose keys are of several columns, of text, and of numbers
create table pair (a integer, b text, v integer, primary key (a, b));
create table word (k text primary key, v integer);
create table amount (k numeric(10, 2) primary key, v integer);
create table shifted (id integer primary key, v text);
select dbaudit_enable('pair') is not null, dbaudit_enable('word') is not null, dbaudit_enable('amount') is not null,
	dbaudit_enable('shifted') is not null;
insert into word with recursive s (i) as (select 1 union all select i + 1 from s where i < 80)
	select case i % 4 when 0 then 'it''s ' when 1 then '"quoted" {} ' when 2 then 'back\slash ' else 'üñí, ' end || i, i from s;
insert into pair select v % 3, k, v from word;
insert into amount select v + 0.25, v from word;
insert into shifted select v, 'row ' || v from word where v < 41;
create table pair_was as select * from pair;
create table word_was as select * from word;
create table amount_was as select * from amount;
begin;
select dbaudit_actor('ann') is not null;
update pair set v = -v;
update word set v = -v;
update amount set v = -v;
delete from pair where v % 3 = 0;
delete from word where v % 3 = 0;
delete from amount where v % 3 = 0;
update pair set b = b || ' moved' where v % 5 = 0;
update amount set k = k + 1000 where v % 5 = 0;
insert into pair values (7, 'new', 1), (7, 'newer', 2);
insert into word values ('new', 1);
commit;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01"}');
select (select count(*) from pair), (select count(*) from word), (select count(*) from amount);
select * from pair except select * from pair_was;
select * from word except select * from word_was;
select * from amount except select * from amount_was;
-- rows that got each other's keys are kept together
begin;
select dbaudit_actor('bea') is not null;
update shifted set id = -id;
update shifted set id = 1 - id where id < 0;
commit;
update shifted set v = 'later' where id = 21;
select dbaudit_undo(null, '{"actor": "bea", "since": "2000-01-01", "on_conflict": "keep", "dry_run": true}');
-- later changes that were taken back are no conflict
begin;
select dbaudit_actor('cid') is not null;
update word set v = v + 1;
commit;
update word set v = v + 5;
update word set v = v - 5;
select dbaudit_undo(null, '{"actor": "cid", "since": "2000-01-01"}');
select * from word except select * from word_was;
begin;
select dbaudit_actor('dan') is not null;
update word set v = v + 1;
commit;
update word set v = 0 where k = 'it''s 80';
select cast(dbaudit_undo(null, '{"actor": "dan", "since": "2000-01-01", "on_conflict": "keep"}') as text) like '{"kept": 1, "rows": 79, %';
select * from word except select * from word_was;

-- a key of several columns, and triggers that fire
create table pair_fired (a integer, b text, n integer, primary key (b, a));
select dbaudit_enable('pair_fired') is not null;
insert into pair_fired values (1, 'x', 1), (2, 'y z', 2);
begin;
select dbaudit_actor('fired') is not null;
update pair_fired set n = 5;
commit;
select dbaudit_undo(null, '{"actor": "fired", "since": "2000-01-01", "triggers": "fire"}');
select * from pair_fired order by a;
-- erasing reaches what a repair has saved of such a row
select dbcheck_rule_add('no_b', 'pair_fired', 'n <> 1', '{"repair_sql": "n = 3"}') is not null;
select dbcheck_repair('{"rules": ["no_b"], "dry_run": false}') is not null;
select cast(dbaudit_erase('pair_fired', '{"a": 1, "b": "x"}', '["n"]', 'asked') as text) like '%"saved_rows": 1%';
