-- Deleting batches for good that are longer than what is deleted at once.
-- sqlite3: pragma foreign_keys = on;
create table item (id integer primary key, name text);
create table parent (id integer primary key);
create table child (id integer primary key, parent_id integer references parent (id) on delete set null);
select dbarchive_enable('item') is not null;
select dbarchive_enable('parent') is not null;
insert into item with recursive n (i) as (select 1 union all select i + 1 from n where i < 2500) select i, 'item ' || i from n;
insert into parent with recursive n (i) as (select 1 union all select i + 1 from n where i < 1500) select i from n;
insert into child select id, id from parent;
delete from item;
-- a row near the end, or the beginning, protects all of its batch
select cast(dbarchive_hold('item', 2400, 'case') as text) like '%true%';
call dbarchive_purge('item', '{"older_than_days": 0, "batch_ms": 60000, "pause_ms": 0}');
select cast(dbarchive_release('item', 2400) as text) like '%true%';
select cast(dbarchive_hold('item', 1, 'case') as text) like '%true%';
call dbarchive_purge('item', '{"older_than_days": 0, "batch_ms": 60000, "pause_ms": 0}');
select count(*) from dbarchive_deleted();
-- rows of another table do not
delete from parent where id <= 1400;
call dbarchive_purge('parent', '{"older_than_days": 0, "batch_ms": 60000, "pause_ms": 0}');
select table_name, count(*) from dbarchive_deleted() group by table_name order by 1;
select cast(dbarchive_release('item', 1) as text) like '%true%';
call dbarchive_purge('item', '{"older_than_days": 1, "batch_ms": 60000, "pause_ms": 0}');
call dbarchive_purge('item', '{"older_than_days": 0, "batch_ms": 60000, "pause_ms": 0}');
select count(*) from dbarchive_deleted();
