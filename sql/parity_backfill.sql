-- dbmigrate_backfill: an UPDATE in short transactions.
select * from dbmigrate_backfills();
create table t (id integer primary key, a integer, b integer, "Odd ""Name" text);
insert into t (id, a) values (1, 10), (2, 20), (3, 30), (5, 50), (9, 90);
call dbmigrate_backfill('fill b', 'update t set b = a * 2 where b is null');
select id, a, b from t order by id;
select name, state, rows_seen, rows_changed, rows_total, cast(percent as integer), batches, eta_at, pid, failure, statement from dbmigrate_backfills();
-- it is complete: nothing runs again
update t set b = null where id = 5;
call dbmigrate_backfill('fill b');
call dbmigrate_backfill('fill b', 'update t set b = a * 2 where b is null');
select count(*) from t where b is null;
call dbmigrate_backfill('fill b', 'update t set b = a * 3 where b is null');
call dbmigrate_backfill('fill b', 'update t set b = a * 3 where b is null', '{"restart": true}');
select id, b from t where id = 5;
-- each row once, whatever the statement
call dbmigrate_backfill('add', 'UPDATE t SET a = a + 1;');
call dbmigrate_backfill('add', null, '{"restart": true}');
select id, a from t order by id;
-- a condition that says nothing of what is done
call dbmigrate_backfill('some', 'update t as q set "Odd ""Name" = ''from where ('', a = q.a + 1 where q.id > 2 /* where */ -- and
');
select id, a, "Odd ""Name" from t order by id;
-- a condition that no row matches
call dbmigrate_backfill('none', 'update t set a = 0 where a < 0');
-- other tables
create table other (t_id integer, c integer);
insert into other values (1, 100), (3, 300);
call dbmigrate_backfill('joined', 'update t set b = o.c from other as o where o.t_id = t.id and b is distinct from o.c');
select id, b from t order by id;
-- composite keys, values that must come back as they were
create table composite (k1 varchar(20), k2 numeric(12, 3), v integer not null default 0, primary key (k1, k2));
insert into composite (k1, k2) values ('it''s', 1.5), ('it''s', -2.125), ('back\slash', 0), ('', 123456789.001), ('Ünï', 7), ('A', 7), ('a', 7);
call dbmigrate_backfill('composite', 'update composite set v = v + 1');
select count(*), min(v), max(v) from composite;
call dbmigrate_backfill('composite', null, '{"restart": true, "batch_ms": 1, "pause_ms": 0, "lock_timeout_ms": 1000, "lock_retries": 3, "max_lag_mb": 64}');
select count(*), min(v), max(v) from composite;
-- an empty table
create table empty (id integer primary key, a integer);
call dbmigrate_backfill('empty', 'update empty set a = 1 where a is null');
-- out of time, paused, resumed, forgotten
call dbmigrate_backfill('slow', 'update t set a = a + 1', '{"max_seconds": 0}');
call dbmigrate_backfill('slow', null, '{"action": "pause"}');
call dbmigrate_backfill('slow');
select name, state, rows_seen from dbmigrate_backfills() where name = 'slow';
call dbmigrate_backfill('slow', null, '{"action": "resume"}');
call dbmigrate_backfill('slow', null, '{"action": "pause"}');
call dbmigrate_backfill('slow', null, '{"action": "forget"}');
call dbmigrate_backfill('slow');
call dbmigrate_backfill('slow', null, '{"action": "pause"}');
call dbmigrate_backfill('slow', null, '{"action": "forget"}');
select id, a from t order by id;
-- rows that the statement leaves as they were
create table strict (id integer primary key, a integer, check (a < 50));
insert into strict values (1, 1), (2, 2), (3, 3);
create table large (id integer primary key, a integer);
insert into large (id) with recursive n (i) as (select 1 union all select i + 1 from n where i < 150) select i from n;
call dbmigrate_backfill('large', 'update large set a = case when id <= 100 then 1 end where a is null', '{"batch_ms": 60000}');
select state, rows_seen, rows_changed, failure from dbmigrate_backfills() where name = 'large';
call dbmigrate_backfill('large');
update large set a = 2 where a is null;
call dbmigrate_backfill('large', null, '{"action": "pause"}');
call dbmigrate_backfill('large', null, '{"action": "resume", "max_seconds": 0}');
select state, failure from dbmigrate_backfills() where name = 'large';
call dbmigrate_backfill('large', 'update large set a = 3 where a is null and id > 0', '{"restart": true, "batch_ms": 60000}');
select count(*) from large where a is null;
-- nothing was done: it may be another statement
call dbmigrate_backfill('later', 'update strict set a = 51', '{"max_seconds": 0}');
call dbmigrate_backfill('later', 'update strict set a = 5');
-- what cannot be run in parts
call dbmigrate_backfill('no', 'delete from t');
call dbmigrate_backfill('no', 'update t set a = 1; update t set a = 2');
call dbmigrate_backfill('no', '');
call dbmigrate_backfill('no', 'with x as (select 1 as y) update t set a = 1');
call dbmigrate_backfill('no', 'update t set a = 1 returning a');
call dbmigrate_backfill('no', 'update t set a = 1 where id > 1 returning (id)');
call dbmigrate_backfill('no', 'update t set a = $1');
-- the key stays
call dbmigrate_backfill('no', 'update strict set ID = id + 1');
call dbmigrate_backfill('no', 'update strict set (a, "id") = (select 1, 2)');
call dbmigrate_backfill('no', 'update missing set a = 1');
select count(*) from dbmigrate_backfills() where name = 'no';
-- arguments
call dbmigrate_backfill(null, 'update t set a = 1');
call dbmigrate_backfill('', 'update t set a = 1');
call dbmigrate_backfill('{"restart": true}');
call dbmigrate_backfill('no', '{"restart": true}');
call dbmigrate_backfill('unknown');
call dbmigrate_backfill('no', null, '{"action": "stop"}');
call dbmigrate_backfill('no', null, '{"batch_ms": 0}');
call dbmigrate_backfill('no', null, '{"size": 1}');
begin;
call dbmigrate_backfill('add');
rollback;
-- migrations wait for it
select dbmigrate_add('1', 'one', 'create table one (id integer primary key)', 'drop table one');
select dbmigrate_add('2', 'two', 'create table two (id integer primary key)', 'drop table two', '{"depends_on": ["1", "backfill:fill a"]}');
select dbmigrate_add('3', 'three', 'create table three (id integer primary key)', 'drop table three');
select dbmigrate_add('4', 'four', 'create table four (id integer primary key)', 'drop table four', '{"depends_on": ["2"]}');
select version from dbmigrate_pending();
select version from dbmigrate_plan();
select dbmigrate_apply('2');
select dbmigrate_apply('4');
select * from dbmigrate_plan('2');
select dbmigrate_test('2');
call dbmigrate_deploy('2');
select dbmigrate_apply();
call dbmigrate_deploy();
analyze large;
call dbmigrate_backfill('fill a', 'update large set a = 7 where a is null', '{"max_seconds": 0}');
select dbmigrate_apply('2');
select version, state, depends_on from dbmigrate_status() order by version;
call dbmigrate_backfill('fill a');
select version from dbmigrate_pending();
select dbmigrate_apply('2');
select dbmigrate_add('5', 'five', 'create table five (id integer primary key)', 'drop table five');
select dbmigrate_apply('5');
call dbmigrate_deploy();
select dbmigrate_rollback('0');
select name, class, arguments, result from dbcare_functions() where name like 'dbmigrate_backfill%' order by name;
-- since 3.39: IS DISTINCT FROM
