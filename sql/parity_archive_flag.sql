-- Deleted rows that stay in their table and are marked.
-- sqlite3: pragma foreign_keys = on;
create table customer (id integer primary key, email text unique, deleted_at timestamp);
create table purchase (id integer primary key, customer_id integer references customer (id) on delete cascade, parent integer references purchase (id) on delete cascade);
create table note (id integer primary key, purchase_id integer references purchase (id), txt text);
create table plain (id integer primary key, deleted_at integer);
insert into customer values (1, 'a@x', null), (2, 'b@x', null);
insert into purchase values (1, 1, null), (2, null, 1), (3, 2, null), (4, 1, null);
insert into note values (1, 2, 'n');
select dbarchive_delete('customer', 1);
select dbarchive_enable('plain');
-- the table has a column deleted_at, so the mode is flag
select cast(dbarchive_enable('customer') as text) like '%"mode": "flag", "advice": ["create unique index%', 1;
select cast(dbarchive_enable('customer', '{"dry_run": true}') as text) like '%"statements": []%';
select dbarchive_delete('customer', 1);
-- the table does not have one
select cast(dbarchive_enable('purchase', '{"mode": "flag", "dry_run": true}') as text) like '%add column deleted_at%add column deleted_by%add column deletion_id%create index%create view%';
select count(*) from purchase;
select dbarchive_enable('purchase', '{"mode": "flag"}');
-- a row that does not follow refers to a child
select dbarchive_delete('customer', 1);
select count(*) from customer_live;
delete from note;
select dbarchive_delete('customer', 1, '{"dry_run": true}');
select count(*) from customer_live;
-- a child that was deleted before
select cast(dbarchive_delete('purchase', 4) as text) like '%"rows": 1%';
select cast(dbarchive_delete('customer', 1, '{"reason": "asked for it"}') as text) like '%"rows": 3%"dry_run": false%';
select dbarchive_delete('customer', 1);
select dbarchive_delete('customer', 7);
select * from customer_live;
select * from purchase_live;
select table_name, row_key, rows_in_batch, purge_after > deleted_at from dbarchive_deleted() order by 1, 2;
-- restoring a batch leaves others deleted
select cast(dbarchive_restore('purchase', 2) as text) like '%"rows": 3%';
select * from purchase_live order by 1;
select cast(dbarchive_restore('purchase', 4) as text) like '%"rows": 1%';
-- a row is not restored before its parent
select cast(dbarchive_delete('purchase', 3) as text) like '%"rows": 1%';
select cast(dbarchive_delete('customer', 2) as text) like '%"rows": 1%';
select count(*) from dbarchive_deleted('purchase');
select cast(dbarchive_restore('customer', 2) as text) like '%"rows": 1%';
select cast(dbarchive_restore('purchase', 3) as text) like '%"rows": 1%';
-- rows that the application has marked
update customer set deleted_at = '2020-01-01' where id = 2;
select table_name, row_key, deleted_by, batch, rows_in_batch from dbarchive_deleted();
select dbarchive_restore('customer', 2);
select * from customer order by 1;
select * from purchase order by 1;
select dbarchive_restore('customer', 2);
-- the columns stay, the view goes
select dbarchive_disable('customer');
select count(*) from customer where deleted_at is null;
-- a row that triggers keep
select cast(dbarchive_enable('customer', '{"mode": "trash"}') as text) like '%"tables": ["%customer", "%purchase"]%';
select cast(dbarchive_delete('customer', 2, '{"reason": "moved"}') as text) like '%"rows": 2%';
select table_name, row_key, rows_in_batch from dbarchive_deleted() order by 1, 2;
