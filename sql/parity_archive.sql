-- Deleted rows that are kept and restored.
-- sqlite3: pragma foreign_keys = on;
create table customer (id integer primary key, name text unique, note text);
create table purchase (id integer primary key, customer_id integer references customer (id) on delete cascade, boss integer references purchase (id) on delete cascade);
create table line (purchase_id integer references purchase (id) on delete cascade, place integer, item text, primary key (purchase_id, place));
create table apart (id integer primary key);
-- nothing was kept yet
select count(*) from dbarchive_deleted();
select dbarchive_restore_batch(1);
select dbarchive_restore('customer', 1);
select dbarchive_disable('customer');
select dbarchive_enable('nowhere');
select dbarchive_enable('customer', '{"mode": "hide"}');
-- a dry run changes nothing
select replace(cast(dbarchive_enable('customer', '{"dry_run": true}') as text), 'public.', '') like '%"tables": ["customer", "line", "purchase"], "dry_run": true%';
insert into customer values (9, 'gone', null);
delete from customer where id = 9;
select count(*) from dbarchive_deleted();
select cast(dbarchive_enable('customer') as text);
select cast(dbarchive_enable('customer') as text);
insert into customer values (1, 'Ann', 'a "quoted" é line twoline'), (2, 'Bob', null);
insert into purchase values (1, 1, null), (2, 1, 1), (3, 2, null);
insert into line values (1, 1, 'pen'), (2, 1, 'ink'), (3, 1, 'pad');
create table before as select * from purchase;
delete from customer where id = 1;
select count(*) from purchase;
select table_name, row_key, rows_in_batch, replace(cast(row_data as text), ' ', '')
  from dbarchive_deleted() order by 1, 2;
select table_name, row_key from dbarchive_deleted('line') order by 2;
select count(*) from dbarchive_deleted() where purge_after > deleted_at;
select count(*) from dbarchive_deleted('apart');
-- all or nothing comes back
insert into customer values (7, 'Ann', null);
select dbarchive_restore_batch(0);
select count(*) from customer where id = 1;
delete from customer where id = 7;
select dbarchive_restore('purchase', 3);
select dbarchive_restore('line', 2);
select cast(dbarchive_restore('line', '{"place": 1, "purchase_id": 2}') as text) like '%"rows": %';
select count(*) from (select * from before except select * from purchase) as lost;
select * from customer order by 1;
select * from line order by 1, 2;
select count(*) from dbarchive_deleted();
-- without its parents a row stays deleted
delete from line where place = 1;
delete from purchase where id = 2;
delete from customer where id = 1;
select count(*) from dbarchive_deleted('line');
-- disabled, rows are gone for good, but those that were kept stay
select cast(dbarchive_disable('customer') as text);
delete from customer where id = 2;
select count(*) from dbarchive_deleted();
select dbarchive_disable('customer');
