-- dbsync_digest: rights of the caller, and types of PostgreSQL alone.
set client_min_messages = warning;
create extension if not exists pgtap;
create extension if not exists dbcare;
begin;
select no_plan();

create schema sync_d;
set search_path = sync_d, public;
create role sync_reader;
grant usage on schema sync_d to sync_reader;
create table secret (id int primary key, owner name, value text);
insert into secret values (1, 'sync_reader', 'mine'), (2, 'other', 'theirs');
create table mine as select * from secret where id = 1;
create table closed (id int primary key);
grant select on secret, mine to sync_reader;
alter table secret enable row level security;
create policy own on secret using (owner = current_user);

set local role sync_reader;
select is((select row_count from dbsync_digest('sync_d.secret')), 1::bigint, 'row security hides rows');
select is((select digest from dbsync_digest('sync_d.secret')), (select digest from dbsync_digest('sync_d.mine')), 'from the digest, too');
select throws_ok('select * from dbsync_digest(''sync_d.closed'')', '42501', null, 'a table without the privilege to read it');
reset role;

-- the digest does not depend on settings of the session
create table shown (a timestamptz, b interval, c bytea, d float8, e date, f timestamp, g int[]);
insert into shown values ('2026-01-02 03:04:05+00', '1 day 2 hours', '\x00ff', 1.0 / 3, 'infinity', '-infinity', '{1,null}');
create temp table seen as select digest from dbsync_digest('sync_d.shown');
set local datestyle = 'German';
set local timezone = 'Asia/Kathmandu';
set local intervalstyle = 'iso_8601';
set local bytea_output = 'escape';
set local extra_float_digits = 0;
select is((select digest from dbsync_digest('sync_d.shown')), (select digest from seen), 'settings that format values do not count');

-- types that have one canonical form
create domain short as numeric(10, 3);
create domain shorter as short;
create table a (n numeric, j json, t timestamptz, c char(10), d shorter, f real);
create table b (n float8, j jsonb, t timestamp, c text, d int, f numeric);
insert into a values (100.00, '{"b": 1.0,  "a": [1e1]}', '2026-01-02 03:04:05+01', 'x', 7.000, 0.3), ('NaN', null, '0044-03-15 12:00:00+00 BC', '', null, 'Infinity');
insert into b values (100, '{"a": [10], "b": 1}', '2026-01-02 02:04:05', 'x', 7, 0.3), ('NaN', null, '0044-03-15 12:00:00 BC', '', null, null);
select is((select count(distinct digest) from (select * from dbsync_digest('sync_d.a') union all select * from dbsync_digest('sync_d.b')) as x), 2::bigint, 'infinity is not null');
delete from a where n = 'NaN';
delete from b where n = 'NaN';
select is((select count(distinct digest) from (select * from dbsync_digest('sync_d.a') union all select * from dbsync_digest('sync_d.b')) as x), 1::bigint, 'types of the same values are equal');

-- tables of tables
create table parted (id int, v text) partition by list (id);
create table parted_1 partition of parted for values in (1);
create table parted_2 partition of parted for values in (2);
insert into parted values (1, 'x'), (2, 'y');
create table plain (id int, v text);
insert into plain values (2, 'y'), (1, 'x');
create table child () inherits (plain);
insert into child values (3, 'z');
select is((select digest from dbsync_digest('sync_d.parted')), (select digest from dbsync_digest('sync_d.plain')), 'a partitioned table has the rows of its partitions, others have none of their children');
select is((select array_agg(table_name::text) from dbsync_digest() where table_name like '%parted%'), array['sync_d.parted'], 'partitions are not listed');
create table none ();
insert into none default values;
select is((select row_count from dbsync_digest('sync_d.none')), 1::bigint, 'a table without columns');
alter table plain drop column v;
select is((select row_count from dbsync_digest('sync_d.plain')), 2::bigint, 'a dropped column');
create table large (id int, v text, w bytea);
insert into large values (1, repeat('x', 1000000), decode(repeat('ab', 1000000), 'hex'));
select is((select row_count from dbsync_digest('sync_d.large')), 1::bigint, 'large values');

select * from finish();
rollback;
