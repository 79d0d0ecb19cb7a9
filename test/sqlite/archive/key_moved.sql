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
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('pair');
-- ... nor erases one for another
select dbaudit_erase('pair', '{"a": "x", "b": "y"}', '["c"]', 'asked');
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Changes are logged by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbaudit_enable('pair');

-- a key in another order: what is kept follows it once names are said to be those of before
select dbarchive_restore('pair', '{"a": "x", "b": "y"}');
select dbarchive_enable('pair') is not null, dbaudit_enable('pair') is not null;
select dbarchive_restore('pair', '{"a": "x", "b": "y"}') ->> 'rows';
select a, b, c from pair order by c;
select row_key from dbarchive_deleted();
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('pair');
--> 1|1
--> 2
--> x|y|1
--> y|x|2
--> p|q|3
-- ... as do holds
select dbarchive_release('pair', '{"b": "q", "a": "p"}') ->> 'reason';
--> case

-- a hold on a table whose deleted rows are not kept, which is created again by hand with another order of its key
create table held (a text, b text, c int, primary key (a, b));
insert into held values ('x', 'y', 1), ('y', 'x', 2), ('p', 'q', 3);
select dbarchive_hold('held', '{"a": "x", "b": "y"}', 'case') ->> 'reason';
create table other (b text, c int, a text, primary key (b, a));
insert into other select b, c, a from held;
drop table held;
alter table other rename to held;
select row_key from dbarchive_holds('held');
--> case
--> {"a": "x", "b": "y"}
-- ... is of no row that is known until it is set again
select dbarchive_hold('held', '{"a": "p", "b": "q"}', 'more');
select dbarchive_release('held', '{"a": "x", "b": "y"}') ->> 'reason';
select dbarchive_hold('held', '{"a": "x", "b": "y"}', 'case') ->> 'reason';
--> ERROR: dbcare: the held row {"a": "x", "b": "y"} of table held cannot be found. The table was created again with another key, or another order of its columns, which may have exchanged their names. Call dbarchive_release() with this key, and dbarchive_hold() with the present key if the row exists.
--> case
--> case
-- ... keeps its row when another one is held
select dbarchive_hold('held', '{"a": "p", "b": "q"}', 'more') ->> 'reason';
select row_key from dbarchive_holds('held') order by 1;
select dbops_delete('held', '{"c": 2}') ->> 'affected';
select dbops_delete('held', '{"c": 1}');
--> more
--> {"a": "p", "b": "q"}
--> {"a": "x", "b": "y"}
--> 1
--> ERROR: dbcare: row {"a": "x", "b": "y"} of table held is held. Reason of the hold: case. dbarchive_release() ends a hold.
-- ... and follows it when the key changes
update held set a = 'z' where c = 1;
select row_key from dbarchive_holds('held') order by 1;
--> {"a": "p", "b": "q"}
--> {"a": "z", "b": "y"}
-- ... also when names of the columns were exchanged before that, or a migration creates the table
alter table held rename a to t;
alter table held rename b to a;
alter table held rename t to b;
select row_key from dbarchive_holds('held') order by 1;
select dbmigrate_add('1', 'h1', 'create table other (b text, c int, a text, primary key (a, b)); insert into other select b, c, a from held; drop table held; alter table other rename to held') is not null;
select dbmigrate_apply() is not null;
select row_key from dbarchive_holds('held') order by 1;
select dbmigrate_rebuild('held', 'create table held (a text, b text, c int, primary key (b, a))') is not null;
select row_key from dbarchive_holds('held') order by 1;
--> {"a": "q", "b": "p"}
--> {"a": "y", "b": "z"}
--> 1
--> 1
--> {"a": "q", "b": "p"}
--> {"a": "y", "b": "z"}
--> 1
--> {"a": "q", "b": "p"}
--> {"a": "y", "b": "z"}

-- a table with mode flag has no trigger that names its columns: its key is the same one after ALTER TABLE
create table marked (a int, b int, note text, primary key (b, a));
select dbarchive_enable('marked', '{"mode": "trash"}') is not null;
insert into marked values (1, 2, 'x');
delete from marked;
select dbarchive_enable('marked', '{"mode": "flag"}') is not null;
alter table marked add column more;
select row_key from dbarchive_deleted('marked');
--> 1
--> 1
--> {"a": 1, "b": 2}
-- ... also when the names of its columns are exchanged
alter table marked rename a to t;
alter table marked rename b to a;
alter table marked rename t to b;
select row_key from dbarchive_deleted('marked');
select dbarchive_hold('marked', '{"a": 2, "b": 1}', 'case') ->> 'row_key';
select row_key from dbarchive_deleted('marked');
--> {"a": 2, "b": 1}
--> {"a":2,"b":1}
--> {"a": 2, "b": 1}
