-- triggers that change restored rows again when all are back: nothing is restored
create table item (id integer primary key, n integer);
insert into item values (1, 10), (2, 20);
-- psql: create function touch_item() returns trigger language plpgsql as 'begin update item set n = 0 where id <> new.id; return null; end';
-- psql: create trigger touch_item after insert on item for each row execute function touch_item();
-- sqlite3: create trigger touch_item after insert on item begin update item set n = 0 where id <> new.id; end;
select dbarchive_enable('item') is not null, dbaudit_enable('item') is not null;
begin;
select dbaudit_actor('gus') is not null;
delete from item;
commit;
select dbarchive_restore('item', 1, '{"triggers": "fire"}');
select count(*) from item;
-- the same of an undo
select dbaudit_undo(null, '{"actor": "gus", "since": "2000-01-01", "triggers": "fire"}');
select dbaudit_undo(null, '{"actor": "gus", "since": "2000-01-01"}') is not null;
select * from item order by id;
-- a trigger that inserts a deleted row again
begin;
select dbaudit_actor('hal') is not null;
insert into item values (9, 90);
commit;
-- psql: create function again() returns trigger language plpgsql as 'begin insert into item values (old.id, old.n); return null; end';
-- psql: create trigger again after delete on item for each row execute function again();
-- sqlite3: create trigger again after delete on item begin insert into item values (old.id, old.n); end;
select dbaudit_undo(null, '{"actor": "hal", "since": "2000-01-01", "triggers": "fire"}');
select dbaudit_undo(null, '{"actor": "hal", "since": "2000-01-01"}') is not null;
select * from item order by id;
