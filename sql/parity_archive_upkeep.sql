-- Orphans, and space of deleted rows.
create table customer (id integer primary key);
create table purchase (id integer primary key, customer_id integer);
insert into customer values (1);
insert into purchase values (1, 1), (2, 2), (3, 3);
select cast(dbarchive_orphans('{"relation": "purchase"}') as text) like '%"dry_run": true%';
select dbarchive_orphans('{"repair": true, "action": "hide"}');
call dbarchive_vacuum('{"dry_run": false}');
select dbarchive_enable('customer') is not null;
call dbarchive_analyze('{"relation": "purchase"}');
call dbarchive_analyze('{"relation": "missing"}');
call dbarchive_vacuum('{"steps": 1}');
-- after policies
select dbarchive_policy('purchase', '{"purge_deleted_after_days": 1}') is not null;
-- psql: alter table purchase add foreign key (customer_id) references customer (id) not valid;
-- sqlite3: create table purchase_new (id integer primary key, customer_id integer references customer (id));
-- sqlite3: insert into purchase_new select * from purchase;
-- sqlite3: drop table purchase;
-- sqlite3: alter table purchase_new rename to purchase;
call dbarchive_apply('{"orphans": "hide"}');
call dbarchive_apply('{"relation": "purchase", "orphans": "quarantine", "dry_run": true}');
select count(*) from purchase;
call dbarchive_apply('{"relation": "purchase", "orphans": "quarantine"}');
select id from purchase;
-- paths of files
select dbarchive_enable('purchase', '{"file_column": "nothing"}');
select dbarchive_enable('purchase', '{"file_column": "customer_id"}') is not null;
select dbarchive_enable('purchase', '{"file_column": ""}') is not null;
select count(*) from dbarchive_files('{"removed": true, "relation": "purchase"}');
select count(*) from dbarchive_files('{"removed": true, "relation": "missing"}');
select dbarchive_files_done('[1]');
