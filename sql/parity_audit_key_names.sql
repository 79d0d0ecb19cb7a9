-- the columns of a key of several columns have other names now, or those of each other
create table pair (a integer, b integer, note varchar(20), primary key (a, b));
select dbaudit_enable('pair') is not null;
insert into pair values (1, 2, 'first'), (2, 1, 'second');
update pair set note = 'changed' where a = 1;
alter table pair rename column a to c;
select dbaudit_enable('pair') is not null;
update pair set note = 'changed again' where c = 1;
select id, action from dbaudit_history('pair', '{"c": 1, "b": 2}');
alter table pair rename column b to a;
alter table pair rename column c to b;
select dbaudit_enable('pair') is not null;
update pair set b = 3 where b = 1;
select id, action from dbaudit_history('pair', '{"b": 1, "a": 2}');
select id, action from dbaudit_history('pair', '{"b": 2, "a": 1}');
-- an entry is undone, unless the row was changed later, whatever names entries have
select dbaudit_undo(4);
select dbaudit_undo(8);
select dbaudit_undo(6);
select dbaudit_undo(4, '{"on_conflict": "keep"}');
select b, a, note from pair order by b;
-- values are erased from all entries
select dbaudit_erase('pair', '{"b": 1, "a": 2}', '["note"]', 'asked');
select count(*) from dbaudit_log() where cast(before as text) like '%changed%' or cast(after as text) like '%changed%' or cast(before as text) like '%first%';
-- undo of changes before and after the names of a key change, and of rows whose keys look alike by then
create table named (a integer, b integer, n integer, primary key (a, b));
select dbaudit_enable('named') is not null;
begin;
select dbaudit_actor('before') is not null;
insert into named values (1, 2, 1), (3, 4, 3);
commit;
alter table named rename column a to c;
select dbaudit_enable('named') is not null;
begin;
select dbaudit_actor('before') is not null;
update named set n = 30 where c = 3;
commit;
alter table named rename column b to a;
alter table named rename column c to b;
select dbaudit_enable('named') is not null;
insert into named (a, b, n) values (1, 2, 5);
begin;
select dbaudit_actor('before') is not null;
update named set n = 50 where a = 1;
commit;
select cast(dbaudit_undo(null, '{"actor": "before", "since": "2000-01-01"}') as text) like '{"kept": 0, "rows": 3,%"entries": 4%';
select a, b, n from named order by 1, 2;
