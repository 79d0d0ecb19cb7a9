-- undoing changes of rows that were changed later
create table t (id integer primary key, v text);
select dbaudit_enable('t') is not null;
insert into t values (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
begin;
select dbaudit_actor('ann') is not null;
update t set v = 'ann';
commit;
update t set v = 'later' where id = 2;
update t set id = 33 where id = 3;
-- a dry run lists the conflicts, and counts the rows without one
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "dry_run": true}');
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01"}');
select id, v from t order by id;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "on_conflict": "keep", "dry_run": true}');
-- the others are undone, also besides a held row
select dbarchive_hold('t', 4, 'case') is not null;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "on_conflict": "keep"}');
select id, v from t order by id;
-- later changes are undone, too
select dbarchive_release('t', 4) is not null;
select cast(dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "on_conflict": "overwrite"}') as text) like '{"kept": 0, "rows": 5, %';
select id, v from t order by id;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "on_conflict": "skip"}');
-- several changes of one row, the last one first
create table s (id integer primary key, v text, n integer);
select dbaudit_enable('s') is not null;
begin;
select dbaudit_actor('bea') is not null;
insert into s values (1, 'a', 1);
commit;
begin;
select dbaudit_actor('cid') is not null;
update s set v = 'b';
commit;
begin;
select dbaudit_actor('dan') is not null;
update s set n = 2;
commit;
select dbaudit_undo(null, '{"actor": "dan", "since": "2000-01-01"}');
select dbaudit_undo(null, '{"actor": "cid", "since": "2000-01-01"}');
select * from s;
select dbaudit_undo(null, '{"actor": "bea", "since": "2000-01-01"}');
select count(*) from s;
