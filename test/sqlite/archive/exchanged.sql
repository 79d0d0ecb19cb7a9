-- Columns that exchange their names before their table is created again by hand, with no call of dbcare between.
create table pair (a text, b text, c int, primary key (a, b));
select dbarchive_enable('pair') is not null, dbaudit_enable('pair') is not null, dbarchive_policy('pair', '{"purge_deleted_after_days": 0}') is not null;
insert into pair values ('x', 'y', 1), ('y', 'x', 2), ('p', 'q', 3);
delete from pair where a <> 'p';
alter table pair rename a to t;
alter table pair rename b to a;
alter table pair rename t to b;
create table other (b text, a text, c int, primary key (b, a));
insert into other select b, a, c from pair;
drop table pair;
alter table other rename to pair;
--> 1|1|1

-- exchanged columns of a key: no deleted row is taken for another
select * from dbarchive_deleted('pair');
select dbarchive_restore('pair', '{"b": "x", "a": "y"}');
select dbarchive_restore_batch(1);
select dbarchive_hold('pair', '{"b": "x", "a": "y"}', 'case');
select dbarchive_purge('pair', '{"days": 0, "dry_run": false}');
select * from pair;
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('pair');
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('pair');
--> ERROR: dbcare: batch 1 cannot be restored. Row {"a": "x", "b": "y"} of table pair: table pair was created again with another order of its columns, or of those of its key. Row {"a": "y", "b": "x"} of table pair: table pair was created again with another order of its columns, or of those of its key. If no columns have exchanged their names: select dbarchive_enable('pair');
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('pair');
--> ERROR: dbcare: unknown option "days". Valid options are: batch, row_key, older_than_days, dry_run, confirm, batch_ms, pause_ms, max_seconds, max_lag_mb.
--> p|q|3

-- ... while calls for other tables, and migrations, go on
create table second (id integer primary key, at text, old text);
create table below (id integer primary key, second_id integer references second (id) on delete cascade);
select dbarchive_enable('second') ->> 'tables';
insert into second values (1, '2020-01-01', 'o'), (2, '2020-01-01', null), (3, null, null);
select dbops_delete('second', '{"id": 1}') ->> 'affected';
select dbarchive_restore('second', 1) ->> 'rows';
select dbarchive_hold('second', 3, 'case') ->> 'reason';
select dbarchive_policy('second', '{"timestamp_column": "at", "delete_after_days": 1, "purge_deleted_after_days": 0}') is not null;
select dbarchive_apply('{"dry_run": false, "confirm": "yes"}') ->> 'policies';
select dbarchive_purge('second', '{"older_than_days": 0, "dry_run": false}') ->> 'rows';
select dbmigrate_add('1', 'h1', 'create table third (id integer primary key); alter table second drop column old; alter table second add column new text') is not null;
select dbmigrate_apply() ->> 'success';
insert into second values (4, null, 'n');
delete from second where id = 4;
select dbarchive_restore('second', 4) ->> 'rows';
select dbmigrate_rebuild('second', 'create table second (id integer primary key, new text, at text)') ->> 'rows';
select dbarchive_disable('second') ->> 'mode';
select dbarchive_restore_batch(1);
select dbmigrate_rebuild('pair', 'create table pair (a text, b text, c int, primary key (a, b))');
select dbarchive_policy('pair', '{"remove": true}') is not null;
--> ["below","second"]
--> 1
--> 1
--> case
--> 1
--> [{"name":"default","rows":0,"error":"table pair was created again with another order of its columns, or of those of its key: Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order.","action":"purge","table_name":"pair"},{"name":"default","rows":2,"error":null,"action":"delete","table_name":"second"},{"name":"default","rows":2,"error":null,"action":"purge","table_name":"second"}]
--> 0
--> 1
--> 1
--> 1
--> 2
--> 
--> ERROR: dbcare: batch 1 cannot be restored. Row {"a": "x", "b": "y"} of table pair: table pair was created again with another order of its columns, or of those of its key. Row {"a": "y", "b": "x"} of table pair: table pair was created again with another order of its columns, or of those of its key. If no columns have exchanged their names: select dbarchive_enable('pair');
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('pair');
--> 1
-- ... nor is a logged row
select count(*) from dbaudit_history('pair', '{"b": "x", "a": "y"}');
select dbaudit_erase('pair', '{"b": "x", "a": "y"}', '["c"]', 'asked');
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Changes are logged by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbaudit_enable('pair');
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Changes are logged by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbaudit_enable('pair');

-- ... until names are said to be those of before
select dbarchive_enable('pair') is not null;
select row_key from dbarchive_deleted('pair');
select count(*) from dbaudit_history('pair', '{"b": "x", "a": "y"}');
select dbaudit_enable('pair') is not null;
select count(*) from dbaudit_history('pair', '{"b": "x", "a": "y"}');
--> 1
--> {"a": "y", "b": "x"}
--> {"a": "x", "b": "y"}
--> ERROR: dbcare: table pair was created again with another order of its columns, or of those of its key. Changes are logged by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbaudit_enable('pair');
--> 1
--> 2

-- exchanged columns of a key: it is not known which row a hold is of
create table held (a text, b text, c int, primary key (a, b));
insert into held values ('x', 'y', 1), ('y', 'x', 2), ('p', 'q', 3);
select dbarchive_hold('held', '{"a": "x", "b": "y"}', 'case') ->> 'reason';
alter table held rename a to t;
alter table held rename b to a;
alter table held rename t to b;
create table other (b text, a text, c int, primary key (b, a));
insert into other select b, a, c from held;
drop table held;
alter table other rename to held;
select dbops_delete('held', '{"c": 1}');
select dbops_delete('held', '{"c": 2}');
select dbarchive_hold('held', '{"b": "p", "a": "q"}', 'more');
select dbmigrate_add('1a', 'h1a', 'create table fourth (id integer primary key)') is not null;
select dbmigrate_apply() ->> 'success';
--> case
--> ERROR: dbcare: the held row {"a": "x", "b": "y"} of table held cannot be found. The table was created again with another key, or another order of its columns, which may have exchanged their names. Call dbarchive_release() with this key, and dbarchive_hold() with the present key if the row exists.
--> ERROR: dbcare: the held row {"a": "x", "b": "y"} of table held cannot be found. The table was created again with another key, or another order of its columns, which may have exchanged their names. Call dbarchive_release() with this key, and dbarchive_hold() with the present key if the row exists.
--> ERROR: dbcare: the held row {"a": "x", "b": "y"} of table held cannot be found. The table was created again with another key, or another order of its columns, which may have exchanged their names. Call dbarchive_release() with this key, and dbarchive_hold() with the present key if the row exists.
--> 1
--> 1
-- ... until it is released
select dbarchive_release('held', '{"a": "x", "b": "y"}') ->> 'reason';
select dbarchive_hold('held', '{"a": "y", "b": "x"}', 'case') ->> 'reason';
select dbops_delete('held', '{"c": 1}');
select dbops_delete('held', '{"c": 2}') ->> 'affected';
--> case
--> case
--> ERROR: dbcare: row {"a": "y", "b": "x"} of table held is held. Reason of the hold: case. dbarchive_release() ends a hold.
--> 1

-- a key of another column: nor is it
create table single (id integer primary key, code integer unique, note);
insert into single values (1, 2, 'held'), (2, 1, 'another');
select dbarchive_hold('single', 1, 'case') ->> 'reason';
create table other (id integer unique, code integer primary key, note);
insert into other select * from single;
drop table single;
alter table other rename to single;
select dbops_delete('single', '{"note": "held"}');
select dbarchive_release('single', 1) ->> 'reason';
--> case
--> ERROR: dbcare: the held row 1 of table single cannot be found. The table was created again with another key, or another order of its columns, which may have exchanged their names. Call dbarchive_release() with this key, and dbarchive_hold() with the present key if the row exists.
--> case

-- exchanged columns of a key: a migration that renames columns and creates the table again does not guess
create table moved (a text, b text, c int, primary key (a, b));
select dbarchive_enable('moved') is not null;
insert into moved values ('x', 'y', 1), ('y', 'x', 2);
delete from moved where c = 1;
select dbmigrate_add('2', 'h2', 'alter table moved rename a to t; alter table moved rename column b to a; alter table moved rename t to b;
create table other (b text, a text, c int, primary key (b, a)); insert into other select b, a, c from moved; drop table moved; alter table other rename to moved') is not null;
select dbmigrate_apply();
select sql from sqlite_schema where name = 'moved';
--> 1
--> 1
--> ERROR: dbcare: table moved was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('moved');
--> CREATE TABLE moved (a text, b text, c int, primary key (a, b))
-- ... nor does what follows in it
create table more (id integer primary key, one text, two text);
select dbarchive_enable('more') is not null;
select dbmigrate_add('2', 'h2', 'alter table moved rename a to t; alter table moved rename column b to a; alter table moved rename t to b;
create table other (b text, a text, c int, primary key (b, a)); insert into other select b, a, c from moved; drop table moved; alter table other rename to moved;
alter table more drop column one') is not null;
select dbmigrate_apply();
drop table more;
--> 1
--> 1
--> ERROR: dbcare: table moved was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('moved');
-- ... as one does that has only one of both
select dbmigrate_add('2', 'h2', 'alter table moved rename a to t; alter table moved rename column b to a; alter table moved rename t to b') is not null;
select dbmigrate_add('3', 'h3', 'create table other (a text, b text, c int, primary key (a, b)); insert into other select a, b, c from moved; drop table moved; alter table other rename to moved') is not null;
select dbmigrate_apply() is not null;
select dbarchive_restore('moved', '{"b": "x", "a": "y"}') ->> 'rows';
select a, b, c from moved order by c;
--> 1
--> 1
--> 1
--> 1
--> y|x|1
--> x|y|2
-- ... also after they were renamed without one
delete from moved where c = 1;
alter table moved rename a to t;
alter table moved rename b to a;
alter table moved rename t to b;
select dbmigrate_add('4', 'h4', 'create table other (a text, b text, c int, primary key (a, b)); insert into other select a, b, c from moved; drop table moved; alter table other rename to moved') is not null;
select dbmigrate_apply() is not null;
select dbarchive_restore('moved', '{"a": "x", "b": "y"}') ->> 'rows';
select a, b, c from moved order by c;
--> 1
--> 1
--> 1
--> x|y|1
--> y|x|2

-- ... unless it says that names are those of before
select dbmigrate_add('5', 'h5', 'alter table third rename id to number;
create table other (b text, a text, c int, primary key (b, a)); insert into other select b, a, c from moved; drop table moved; alter table other rename to moved;
select dbarchive_enable(''moved'')') is not null;
delete from moved where c = 2;
select dbmigrate_apply() is not null;
select dbarchive_restore('moved', '{"a": "y", "b": "x"}') ->> 'rows';
select a, b, c from moved order by c;
--> 1
--> 1
--> 1
--> x|y|1
--> y|x|2

-- columns outside of a key that have exchanged their names: nor does anything guess
create table plain (id integer primary key, a text, b text);
select dbarchive_enable('plain') is not null;
insert into plain values (1, 'a', 'b');
delete from plain;
alter table plain rename a to t;
alter table plain rename b to a;
alter table plain rename t to b;
create table other (id integer primary key, b text, a text);
drop table plain;
alter table other rename to plain;
select dbarchive_restore('plain', 1);
--> 1
--> ERROR: dbcare: table plain was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('plain');

-- a table whose rows would go with those of another one
create table above (id integer primary key);
create table child (a text, b text, above_id integer references above (id) on delete cascade, primary key (a, b));
select dbarchive_enable('child') is not null;
insert into child values ('x', 'y', null);
delete from child;
drop table child;
create table child (b text, a text, above_id integer references above (id) on delete cascade, primary key (b, a));
select dbarchive_enable('above');
select dbarchive_enable('child') is not null;
select dbarchive_enable('above') ->> 'tables';
--> 1
--> ERROR: dbcare: table child was created again with another order of its columns, or of those of its key. Deleted rows are kept by the names of before: columns that have exchanged their names cannot be told from columns in another order. If no columns have exchanged their names: select dbarchive_enable('child');
--> 1
--> ["above"]
