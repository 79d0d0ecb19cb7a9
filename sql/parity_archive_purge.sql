-- Deleting deleted rows for good.
-- sqlite3: pragma foreign_keys = on;
create table author (id integer primary key, name text);
create table book (id integer primary key, author_id integer references author (id) on delete cascade);
insert into author values (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
insert into book values (10, 1), (11, 1), (20, 2), (30, 3), (40, 4);
call dbarchive_purge('author');
select dbarchive_enable('author') is not null;
select dbarchive_enable('book') is not null;
select cast(dbarchive_delete('author', 1) as text) like '%"rows": 3%';
select cast(dbarchive_delete('author', 2) as text) like '%"rows": 2%';
select cast(dbarchive_delete('book', 30) as text) like '%"rows": 1%';
-- the term has not passed
call dbarchive_purge('author');
call dbarchive_purge('author', '{"dry_run": true}');
-- a held row protects its batch
select cast(dbarchive_hold('book', 20, 'case') as text) like '%true%';
call dbarchive_purge('author', '{"older_than_days": 0}');
select table_name, row_key from dbarchive_deleted() order by 1, 2;
select cast(dbarchive_release('book', 20) as text) like '%true%';
-- one row
call dbarchive_purge('book', '{"older_than_days": 0, "row_key": {"id": 30}}');
select table_name, row_key from dbarchive_deleted() order by 1, 2;
call dbarchive_purge('author', '{"older_than_days": 0, "batch": 1000}');
call dbarchive_purge('author', '{"older_than_days": 0}');
select count(*) from dbarchive_deleted();
select count(*) from author;
-- rows that are marked
create table customer (id integer primary key, email text, deleted_at timestamp);
create table purchase (id integer primary key, customer_id integer references customer (id) on delete cascade, parent integer references purchase (id) on delete cascade, deleted_at timestamp);
create table line (id integer primary key, purchase_id integer references purchase (id) on delete cascade);
insert into customer values (1, 'a', null), (2, 'b', null), (3, 'c', null);
insert into purchase values (1, 1, null, null), (2, null, 1, null), (3, 2, null, null), (4, 3, null, null);
select dbarchive_enable('customer') is not null;
select dbarchive_enable('purchase') is not null;
select cast(dbarchive_delete('customer', 1) as text) like '%"rows": 3%';
select cast(dbarchive_delete('customer', 2) as text) like '%"rows": 2%';
call dbarchive_purge('customer');
-- a held child protects its parent
select cast(dbarchive_hold('purchase', 2, 'case') as text) like '%true%';
call dbarchive_purge('customer', '{"older_than_days": 0, "row_key": {"id": 1}, "dry_run": true}');
call dbarchive_purge('customer', '{"older_than_days": 0}');
select id from customer order by 1;
select id from purchase order by 1;
select cast(dbarchive_release('purchase', 2) as text) like '%true%';
-- a row that is not marked refers to a child
insert into line values (1, 2);
call dbarchive_purge('purchase', '{"older_than_days": 0}');
delete from line;
call dbarchive_purge('purchase', '{"older_than_days": 0}');
call dbarchive_purge('customer', '{"older_than_days": 0}');
select id from customer order by 1;
select id from purchase order by 1;
-- in production
select dbcare_set('environment', 'production') is not null;
call dbarchive_purge('customer', '{"older_than_days": 0, "confirm": "other"}');
call dbarchive_purge('customer', '{"older_than_days": 0, "dry_run": true}');
