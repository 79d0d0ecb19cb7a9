-- A table that is created again by hand, with the columns of its key in another order.
create table pair (a text, b text, c int, primary key (a, b));
select dbarchive_enable('pair') is not null, dbaudit_enable('pair') is not null;
insert into pair values ('x', 'y', 1), ('y', 'x', 2), ('p', 'q', 3);
select dbarchive_hold('pair', '{"a": "p", "b": "q"}', 'case') ->> 'reason';
delete from pair where a <> 'p';
create table other (b text, c int, a text, primary key (b, a));
insert into other select b, c, a from pair;
drop table pair;
alter table other rename to pair;
--> 1|1
--> case

-- a key in another order: nobody takes one row for another
select * from dbarchive_deleted();
--> ERROR: dbcare: the columns of the key of table pair have another order since the table was created again. Deleted rows are kept by the order of before. select dbarchive_enable('pair');
-- ... nor erases one for another
select dbaudit_erase('pair', '{"a": "x", "b": "y"}', '["c"]', 'asked');
--> ERROR: dbcare: the columns of the key of table pair have another order since the table was created again. Deleted rows are kept by the order of before. select dbarchive_enable('pair');

-- a key in another order: what changes deleted rows follows it
select dbarchive_restore('pair', '{"a": "x", "b": "y"}') ->> 'rows';
select a, b, c from pair order by c;
select row_key from dbarchive_deleted();
--> 2
--> x|y|1
--> y|x|2
--> p|q|3
-- ... as do holds
select dbarchive_release('pair', '{"b": "q", "a": "p"}') ->> 'reason';
--> case
