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
-- paths of files
select dbarchive_enable('purchase', '{"file_column": "nothing"}');
select dbarchive_enable('purchase', '{"file_column": "customer_id"}') is not null;
select dbarchive_enable('purchase', '{"file_column": ""}') is not null;
select count(*) from dbarchive_files('{"removed": true, "relation": "purchase"}');
select count(*) from dbarchive_files('{"removed": true, "relation": "missing"}');
select dbarchive_files_done('[1]');
