-- taking back changes of more rows than are read at once
create table item (id integer primary key, n integer, note text);
insert into item with recursive s(i) as (select 1 union all select i + 1 from s where i < 3500) select i, i % 7, 'note ' || i from s;
create table was as select * from item;
select dbaudit_enable('item') is not null;
select dbarchive_enable('item', '{"mode": "trash"}') is not null;
begin;
select dbaudit_actor('ann') is not null;
update item set note = 'ann', n = n + 1;
update item set n = n + 1 where id % 2 = 0;
delete from item where id between 2000 and 2999;
insert into item with recursive s(i) as (select 4001 union all select i + 1 from s where i < 5500) select i, 0, 'new' from s;
-- keys that move on to rows that are read elsewhere
update item set id = id + 10000 where id between 1 and 3;
update item set id = 1 where id = 3000;
commit;
update item set note = 'later' where id in (10, 1500, 3400, 4001, 5500);
-- a dry run finds the conflicts of all rows, and changes nothing
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "dry_run": true}');
select count(*), sum(n) from item;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01"}');
-- the rows with conflicts and the held ones stay
select dbarchive_hold('item', 42, 'case') is not null;
select dbarchive_hold('item', 3333, 'case') is not null;
begin;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "on_conflict": "keep"}');
select id, n, note from (select * from item except select * from was) as d order by id;
select id from (select * from was except select * from item) as d order by id;
select count(*) from dbarchive_deleted('item');
rollback;
select dbarchive_release('item', 42) is not null;
select dbarchive_release('item', 3333) is not null;
begin;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "on_conflict": "overwrite"}');
select count(*) from (select * from item except select * from was) as d;
select count(*) from (select * from was except select * from item) as d;
rollback;
-- more conflicts than are listed, in rows that are read one after the other
update item set note = 'later' where id between 990 and 1020;
select cast(dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "dry_run": true}') as text) like '%"row_key": 990,%';
select cast(dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "on_conflict": "keep", "triggers": "fire"}') as text) like '%"kept": 36,%';
select count(*) from (select * from item except select * from was) as d;
