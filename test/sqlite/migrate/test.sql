-- dbmigrate_test on SQLite: what it notices, whoever does it.

create table parent (id integer primary key, name text default 'x', amount int);
create table child (id integer primary key, parent_id int references parent on delete cascade);
create index parent_amount on parent (amount);
create view names as select id, name from parent;
create table log (what text);
create trigger noted after insert on child begin insert into log values (new.id); end;
create virtual table search using fts4 (word);
insert into parent values (1, 'one', 1), (2, 'two', 2), (3, null, x'00ff');
insert into child values (1, 1), (2, 2);
insert into search values ('one'), ('two');
pragma foreign_keys = on;
create temp table state as
	select dbmigrate_fingerprint() as fingerprint, group_concat(name) as names, (select group_concat(what) from log) as log from parent;

-- a trigger that is lost
select 1 where dbmigrate_add('1', 't', 'drop trigger noted', 'select 1') is null;
select dbmigrate_test() -> '$.results[0].differences';
--> [{"after":null,"before":"after insert on child begin insert into log values (new.id); end","change":"removed","object":"child.noted","cosmetic":false,"object_type":"trigger"}]

-- a trigger that is changed
select 1 where dbmigrate_add('1', 't', 'drop trigger noted; create trigger noted after insert on child begin insert into log values (1); end', 'drop trigger noted; create trigger noted after insert on child begin insert into log values (2); end') is null;
select dbmigrate_test() -> '$.results[0].differences';
--> [{"after":"after insert on child begin insert into log values (2); end","before":"after insert on child begin insert into log values (new.id); end","change":"changed","object":"child.noted","cosmetic":false,"object_type":"trigger"}]

-- another way to write the same is none
select 1 where dbmigrate_add('1', 't', 'drop trigger noted', 'create trigger "noted" AFTER INSERT ON child BEGIN insert into log values (new.id);END') is null;
select dbmigrate_test() -> '$.results[0].differences';
--> []

-- a view
select 1 where dbmigrate_add('1', 't', 'drop view names', 'create view names as select id from parent') is null;
select dbmigrate_test() -> '$.results[0].differences';
--> [{"after":"as select id from parent","before":"as select id, name from parent","change":"changed","object":"names","cosmetic":false,"object_type":"view"}]

-- the name of an index is cosmetic
select 1 where dbmigrate_add('1', 't', 'drop index parent_amount', 'create index parent_by_amount on parent (amount)') is null;
select dbmigrate_test() ->> '$.results[0].differences[0].change', dbmigrate_test() ->> '$.results[0].restored';
--> renamed|1

-- a rebuilt table without its key and its trigger
select 1 where dbmigrate_add('1', 't', 'create table new_child (id integer primary key, parent_id int); insert into new_child select * from child; drop table child; alter table new_child rename to child', 'select 1') is null;
select dbmigrate_test() -> '$.results[0].differences';
--> [{"after":null,"before":"foreign key (parent_id) references parent on delete cascade","change":"removed","object":"child.foreign key (parent_id) references parent","cosmetic":false,"object_type":"constraint"},{"after":null,"before":"after insert on child begin insert into log values (new.id); end","change":"removed","object":"child.noted","cosmetic":false,"object_type":"trigger"}]

-- a virtual table with its shadows
select 1 where dbmigrate_add('1', 't', 'create virtual table words using fts4(word)', 'drop table words') is null;
select dbmigrate_test() -> '$.results[0].differences';
--> []

-- only itself is told of
select 1 where dbmigrate_add('1', 't', 'create virtual table words using fts4(word)', 'select 1') is null;
select dbmigrate_test() -> '$.results[0].differences';
--> [{"after":"using fts4(word)","before":null,"change":"added","object":"words","cosmetic":false,"object_type":"table"}]

-- user_version is no part of a schema
select 1 where dbmigrate_add('1', 't', 'pragma user_version = 7', 'select 1') is null;
select dbmigrate_test() -> '$.results[0].differences';
--> []

-- rows and back
select 1 where dbmigrate_add('1', 't', 'update parent set amount = 7 where id = 1', 'update parent set amount = 1 where id = 1') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> []

-- rows that have changed
select 1 where dbmigrate_add('1', 't', 'update parent set amount = 7 where id = 1', 'select 1') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["parent"]

-- a value of another type is another value
select 1 where dbmigrate_add('1', 't', 'update parent set amount = ''1'' where id = 3', 'update parent set amount = x''31'' where id = 3') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["parent"]

-- rows that a foreign key has taken with it
select 1 where dbmigrate_add('1', 't', 'delete from parent where id = 1', 'insert into parent values (1, ''one'', 1)') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["child"]

-- rows that a trigger has written
select 1 where dbmigrate_add('1', 't', 'insert into child values (9, 1)', 'delete from child where id = 9') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["log"]

-- rows behind a view
select 1 where dbmigrate_add('1', 't', 'create trigger through instead of delete on names begin delete from parent where id = old.id; end; delete from names where id = 3', 'drop trigger through') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["parent"]

-- a column that comes back empty
select 1 where dbmigrate_add('1', 't', 'drop view names; alter table parent drop column name', 'alter table parent add column name text default ''x''; create view names as select id, name from parent') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["parent"]

-- a table made anew with its rows
select 1 where dbmigrate_add('1', 't', 'create table new_child (id integer primary key, parent_id int references parent on delete cascade); insert into new_child select * from child; drop table child; alter table new_child rename to child', 'select 1') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> []

-- and without them
select 1 where dbmigrate_add('1', 't', 'drop table child', 'create table child (id integer primary key, parent_id int references parent on delete cascade)') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["child"]

-- a table that is left
select 1 where dbmigrate_add('1', 't', 'create table left_over (a)', 'select 1') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["left_over"]

-- which is told once where nothing was tried
select 1 where dbmigrate_add('1', 't', 'create table left_over (a)', '') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> []

-- a virtual table
select 1 where dbmigrate_add('1', 't', 'insert into search values (''four'')', 'select 1') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["search"]

-- DELETE of all rows
select 1 where dbmigrate_add('1', 't', 'delete from log', 'select 1') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["log"]

-- an upsert
select 1 where dbmigrate_add('1', 't', 'insert into parent values (1, ''other'', 1) on conflict (id) do update set name = excluded.name', 'select 1') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> ["parent"]

-- a temporary table is nobody's business
select 1 where dbmigrate_add('1', 't', 'create temp table passing (a); insert into passing values (1)', 'drop table passing') is null;
select dbmigrate_test() ->> '$.results[0].rows_changed';
--> []

-- a way down that refuses
select 1 where dbmigrate_add('1', 't', 'select 1', 'create temp trigger never before insert on log begin select raise(abort, ''never''); end; insert into log values (1)') is null;
select d ->> '$.up', d ->> '$.down', d ->> '$.restored', d ->> '$.reup', d ->> '$.error.message' from (select dbmigrate_test() -> '$.results[0]' as d);
--> ok|refused|||never

-- one that fails
select 1 where dbmigrate_add('1', 't', 'select 1', 'insert into nowhere values (1)') is null;
select d ->> '$.up', d ->> '$.down', d ->> '$.restored', d ->> '$.reup', d ->> '$.error.message' from (select dbmigrate_test() -> '$.results[0]' as d);
--> ok|failed|||no such table: nowhere

-- VACUUM is left out
select 1 where dbmigrate_add('1', 't', 'vacuum; pragma journal_mode = delete', 'vacuum') is null;
select d ->> '$.up', d ->> '$.down', d ->> '$.restored', d ->> '$.reup', d ->> '$.error.message' from (select dbmigrate_test() -> '$.results[0]' as d);
--> ok|ok|1|ok|

-- ATTACH is not
select 1 where dbmigrate_add('1', 't', 'attach '':memory:'' as other', 'detach other') is null;
select d ->> '$.up', d ->> '$.down', d ->> '$.restored', d ->> '$.reup', d ->> '$.error.message' from (select dbmigrate_test() -> '$.results[0]' as d);
--> failed||||ATTACH cannot be tested inside a transaction

-- the second way up must be possible
select 1 where dbmigrate_add('1', 't', 'create table once (a); insert into once select count(*) from parent', 'delete from once') is null;
select d ->> '$.up', d ->> '$.down', d ->> '$.restored', d ->> '$.reup', d ->> '$.error.message' from (select dbmigrate_test() -> '$.results[0]' as d);
--> ok|ok|0|failed|table once already exists

-- a deferred foreign key
select 1 where dbmigrate_add('1', 't', 'create table later (p int references parent deferrable initially deferred); insert into later values (77)', 'drop table later') is null;
select d ->> '$.up', d ->> '$.down', d ->> '$.restored', d ->> '$.reup', d ->> '$.error.message' from (select dbmigrate_test() -> '$.results[0]' as d);
--> failed||||deferred foreign key constraint is violated

-- a foreign key that a rebuild breaks
select 1 where dbmigrate_add('1', 't', 'pragma foreign_keys = off; delete from parent where id = 1', 'select 1') is null;
select d ->> '$.up', d ->> '$.down', d ->> '$.restored', d ->> '$.reup', d ->> '$.error.message' from (select dbmigrate_test() -> '$.results[0]' as d);
--> failed||||1 row of "child" now without parent in "parent"

-- nothing of it stays
select s.fingerprint = dbmigrate_fingerprint(), s.names = (select group_concat(name) from parent),
	s.log is (select group_concat(what) from log) from state as s;
pragma foreign_keys;
select count(*) from dbmigrate_history where event <> 'register';
select state from dbmigrate_status;
--> 1|1|1
--> 1
--> 0
--> pending

-- nor in a transaction of the caller, which goes on
begin;
insert into log values ('mine');
select dbmigrate_add('1', 't', 'create table a (b); insert into log values (1)', 'drop table a') ->> 'action';
select dbmigrate_test() ->> 'success';
select what from log;
rollback;
--> updated
--> 1
--> 1
--> 2
--> mine

-- there are no roles
select dbmigrate_test(null, '{"role": "somebody"}');
--> ERROR: dbcare: option "role" exists on PostgreSQL only. Remove the option role.
