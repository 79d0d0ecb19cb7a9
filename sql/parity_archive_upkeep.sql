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
