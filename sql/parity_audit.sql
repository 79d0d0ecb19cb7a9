-- the log of changes
select dbcare_set('environment', 'testing') is not null;

create table was (fingerprint text);
create table item (id integer primary key, name text, price integer, secret text);
insert into was select dbmigrate_fingerprint();
select dbaudit_enable('item', '{"mask": ["secret"], "dry_run": false}') is not null;
-- its triggers are not part of the schema
select fingerprint = dbmigrate_fingerprint() from was;
insert into item values (1, 'pen', 5, 'x'), (2, 'ink', 7, 'y');
update item set price = 6, name = 'Pen' where id = 1;
update item set price = price;
update item set secret = 'z' where id = 2;
update item set id = 3 where id = 2;
delete from item where id = 1;
delete from item;
select table_name, row_key, action, before, after, changed from dbaudit_log() where action <> 'protection' order by id;

-- who: the name is for one transaction
select dbaudit_actor('alice');
begin;
select dbaudit_actor('alice');
insert into item values (10, 'cup', 1, null);
update item set price = 2 where id = 10;
select dbaudit_actor(null);
update item set price = 3 where id = 10;
commit;
update item set price = 4 where id = 10;
begin;
select dbaudit_actor('bob');
update item set price = 5 where id = 10;
rollback;
begin;
select dbaudit_actor('carol');
delete from item where id = 10;
commit;
select row_key, action, case when actor in ('alice', 'bob', 'carol') then actor end, after from dbaudit_log('{"limit": 5}') order by id;
select row_key, action from dbaudit_log('{"actor": "alice"}') order by id;

-- of a row
select action, before, after, changed from dbaudit_history('item', 10) order by id;
select action from dbaudit_history('item', '{"id": 2}') order by id;
select count(*) from dbaudit_history('item', 99);
select * from dbaudit_history('item', '{"name": "pen"}');
select * from dbaudit_history('nowhere', 1);

-- filters
select row_key, action from dbaudit_log('{"action": "delete", "table": "item"}') order by id;
select count(*) from dbaudit_log('{"since": "2100-01-01T00:00:00Z"}');
select count(*) from dbaudit_log('{"until": "2100-01-01T00:00:00Z", "limit": 2}');
select * from dbaudit_log('{"since": "soon"}');
select * from dbaudit_log('{"table": "nowhere"}');
select * from dbaudit_log('{"action": "look"}');

-- what cannot be logged
create table keyless (a integer);
select dbaudit_enable('keyless');
select dbaudit_enable('nowhere');
select dbaudit_enable('item', '{"exclude": ["id"]}');
select dbaudit_enable('item', '{"mask": ["none"]}');
select dbaudit_enable('item', '{"mask": ["name"], "hash": ["name"], "mode": "strict"}');
select dbaudit_enable('item', '{"mode": "loose"}');
select dbaudit_disable('keyless');

-- a table that is not logged, and logged again under the same number
select dbaudit_disable('item') is not null;
insert into item values (4, 'a', 1, null);
select dbaudit_enable('item', '{"exclude": ["price"]}') is not null;
update item set price = 2;
update item set name = 'b';
select row_key, action, before, after from dbaudit_log('{"limit": 1}');
select dbaudit_disable('item') is not null;
select dbaudit_disable('item');

-- what dbcare changes itself, without firing other triggers
create table stock (id integer, place text, amount integer, note text, primary key (place, id));
select dbaudit_enable('stock', '{"mask": ["note"]}') is not null;
select dbarchive_enable('stock', '{"mode": "trash"}') is not null;
insert into stock values (1, 'a', 5, 'x'), (2, 'b', -1, 'y');
delete from stock where id = 1;
select cast(dbarchive_restore('stock', '{"id": 1, "place": "a"}') as text) like '%"rows": 1%';
select dbcheck_rule_add('positive', 'stock', 'amount >= 0', '{"repair_sql": "amount = 0"}') is not null;
select cast(dbcheck_repair('{"rules": ["positive"], "dry_run": false}') as text) like '%"repair_id": 1%';
select cast(dbcheck_undo(1) as text) like '%1%';
select row_key, action, before, after from dbaudit_log('{"table": "stock"}') where action <> 'protection' order by id;
select dbaudit_disable('stock') is not null;
select dbarchive_disable('stock') is not null;
drop table stock;

-- the tables, and what is wrong with them
select replace(table_name, 'public.', ''), mode in ('portable', 'strict'), options, enabled_at is not null, disabled_at is not null, problem from dbaudit_tables();
create table thing (id integer primary key, a text);
select dbaudit_enable('thing') is not null;
alter table thing rename to object;
select replace(table_name, 'public.', ''), replace(problem, 'public.', '') from dbaudit_tables() where problem is not null;
alter table object rename column a to b;
update object set b = 1;
insert into object values (1, 'x');
select dbaudit_enable('object') is not null;
update object set b = 'y';
select replace(table_name, 'public.', ''), row_key, action, after from dbaudit_log('{"limit": 3}') where action <> 'protection' order by id;
select count(*) from dbaudit_tables() where problem is not null;
drop table object;
select problem from dbaudit_tables() where problem is not null;

drop table was;
drop table item;
drop table keyless;
