-- Rows that lose their parent, and are deleted themselves.
pragma foreign_keys = on;
create table pair (id integer primary key, other_id integer references pair on delete set null);
select dbarchive_enable('pair') is not null;
insert into pair values (1, null), (2, 1);
update pair set other_id = 2 where id = 1;
delete from pair;
-- other rows that had their keys meanwhile change nothing
insert into pair values (1, null), (2, null);
delete from pair where id = 1;
delete from pair where id = 2;
select dbarchive_restore_batch(1) ->> 'links';
select * from pair order by id;
--> 1
--> 1
--> 1|2
--> 2|1
