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
