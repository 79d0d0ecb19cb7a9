-- Migrations that turn foreign keys off, as rebuilding a table takes.

create table parent (id integer primary key, a text);
create table child (id integer primary key, p integer not null references parent on delete cascade);
create table grandchild (c integer references child on delete set null deferrable initially deferred);
insert into parent values (1, 'one'), (2, 'two');
insert into child values (1, 1), (2, 2), (3, 2);
insert into grandchild values (1), (3);
.parameter init
insert into temp.sqlite_parameters values ('@rebuild', 'pragma foreign_keys = off;
create table new_parent (id integer primary key, a text not null);
insert into new_parent select id, a from parent;
drop table parent;
alter table new_parent rename to parent;
pragma foreign_keys = on;');

-- ---- rebuilding a parent ----

-- rebuilding a parent table does not delete child rows
pragma foreign_keys = on;
.once added.txt
select dbmigrate_add('1', 'rebuild', @rebuild);
select dbmigrate_apply() ->> 'success';
select id, p from child;
select c from grandchild;
select "notnull" from pragma_table_info('parent') where name = 'a';
--> 1
--> 1|1
--> 2|2
--> 3|2
--> 1
--> 3
--> 1

-- foreign keys are enforced after the script
select foreign_keys from pragma_foreign_keys;
insert into child values (9, 9);
delete from parent where id = 1;
select count(*) from child;
--> 1
--> ERROR: FOREIGN KEY constraint failed (19)
--> 2

-- a failed script restores foreign_keys
.once added.txt
select dbmigrate_add('2', 'forgets', 'pragma foreign_keys(0); create table two (a references parent)');
select dbmigrate_apply() ->> 'success';
select foreign_keys from pragma_foreign_keys;
.once added.txt
select dbmigrate_add('3', 'fails', 'pragma foreign_keys = no; drop table parent; select * from nowhere');
select dbmigrate_apply();
select foreign_keys, (select count(*) from parent), (select count(*) from child) from pragma_foreign_keys;
--> 1
--> 1
--> ERROR: dbcare: no such table: nowhere. In migration 3 up, statement 3, line 1.
--> 1|1|2

-- a connection without enforcement stays without
pragma foreign_keys = off;
.once added.txt
select dbmigrate_add('3', 'enforces', 'pragma foreign_keys = true; insert into child values (9, 9)');
select dbmigrate_apply();
.once added.txt
select dbmigrate_add('3', 'enforces', 'pragma foreign_keys(YES); insert into child values (9, 9)');
select dbmigrate_apply();
.once added.txt
select dbmigrate_add('3', 'enforces', 'pragma "foreign_keys" = ''2''; insert into child values (9, 9)');
select dbmigrate_apply();
select foreign_keys from pragma_foreign_keys;
.once added.txt
select dbmigrate_add('3', 'enforces', 'pragma main.foreign_keys = on; insert into child values (9, 2)');
select dbmigrate_apply() ->> 'success';
select foreign_keys from pragma_foreign_keys;
pragma foreign_keys = on;
--> ERROR: dbcare: FOREIGN KEY constraint failed. In migration 3 up, statement 2, line 1.
--> ERROR: dbcare: FOREIGN KEY constraint failed. In migration 3 up, statement 2, line 1.
--> ERROR: dbcare: FOREIGN KEY constraint failed. In migration 3 up, statement 2, line 1.
--> 0
--> 1
--> 0

-- an invalid PRAGMA value does not disable foreign keys
.once added.txt
select dbmigrate_add('4', 'garbled', 'pragma foreign_keys = ; drop table parent');
select dbmigrate_apply();
.once added.txt
select dbmigrate_add('4', 'garbled', 'pragma foreign_keys = off off; drop table parent');
select dbmigrate_apply();
.once added.txt
select dbmigrate_add('4', 'garbled', 'pragma foreign_keys (off; drop table parent');
select dbmigrate_apply();
select (select count(*) from child), foreign_keys from pragma_foreign_keys;
--> ERROR: dbcare: incomplete input. In migration 4 up, statement 1, line 1.
--> ERROR: dbcare: near "off": syntax error. In migration 4 up, statement 1, line 1.
--> ERROR: dbcare: incomplete input. In migration 4 up, statement 1, line 1.
--> 3|1

-- the PRAGMA works in a transaction of the caller
begin;
.once added.txt
select dbmigrate_add('4', 'rebuild', @rebuild);
select dbmigrate_apply() ->> 'success';
select count(*) from child;
select foreign_keys from pragma_foreign_keys;
commit;
select version, state from dbmigrate_status where version = '4';
--> 1
--> 3
--> 1
--> 4|applied

-- ---- what is left behind ----

-- a script that leaves a row without parent is refused
.once added.txt
select dbmigrate_add('5', 'orphans', 'pragma foreign_keys = off; delete from parent where id = 2; pragma foreign_keys = on');
select dbmigrate_apply();
select (select count(*) from parent), (select count(*) from child), foreign_keys from pragma_foreign_keys;
--> ERROR: dbcare: 3 rows of "child" now without parent in "parent". In migration 5 up, after its last statement. A script that turns foreign_keys off must leave every row with a parent. (19)
--> 1|3|1

-- such a script is refused even if it does not enable foreign keys
.once added.txt
select dbmigrate_add('5', 'orphans', 'pragma foreign_keys = off; insert into child values (8, 8); insert into child values (7, 7)');
select dbmigrate_apply();
select count(*) from child;
--> ERROR: dbcare: 2 rows of "child" now without parent in "parent". In migration 5 up, after its last statement. A script that turns foreign_keys off must leave every row with a parent. (19)
--> 3

-- orphans from before are accepted and may be removed
pragma foreign_keys = off;
insert into child values (10, 10), (11, 11);
pragma foreign_keys = on;
.once added.txt
select dbmigrate_add('5', 'repairs one', 'pragma foreign_keys = off; delete from child where id = 10; create table five (a)');
select dbmigrate_apply() ->> 'success';
.once added.txt
select dbmigrate_add('6', 'adds one', 'pragma foreign_keys = off; insert into child values (10, 10); create table six (a)');
select dbmigrate_apply();
delete from child where id > 9;
--> 1
--> ERROR: dbcare: 1 row of "child" now without parent in "parent". In migration 6 up, after its last statement. A script that turns foreign_keys off must leave every row with a parent. (19)

-- a deferred violation at the end is refused
.once added.txt
select dbmigrate_add('6', 'deferred', 'insert into grandchild values (77)');
select dbmigrate_apply();
.once added.txt
select dbmigrate_add('6', 'deferred', 'insert into grandchild values (77); insert into child values (77, 2)');
select dbmigrate_apply() ->> 'success';
--> ERROR: dbcare: deferred foreign key constraint is violated. In migration 6 up, after its last statement. (19)
--> 1

-- a pending violation refuses to disable foreign keys
.once added.txt
select dbmigrate_add('7', 'pending', 'insert into grandchild values (78); pragma foreign_keys = off; insert into child values (78, 2)');
select dbmigrate_apply();
.once added.txt
select dbmigrate_add('7', 'pending', 'pragma defer_foreign_keys = on; insert into child values (79, 79); pragma defer_foreign_keys = off');
select dbmigrate_apply();
select version, state from dbmigrate_status where version = '7';
--> ERROR: dbcare: foreign_keys cannot be changed while rows violate a deferred foreign key. SQLite would forget the violations, or never allow the transaction to commit. In migration 7 up, statement 2, line 1. Change foreign_keys before the rows, or repair the rows first.
--> ERROR: dbcare: defer_foreign_keys cannot be changed while rows violate a deferred foreign key. SQLite would forget the violations, or never allow the transaction to commit. In migration 7 up, statement 3, line 1. Change foreign_keys before the rows, or repair the rows first.
--> 7|pending

-- a pending violation of the caller refuses to disable foreign keys
begin;
insert into grandchild values (80);
.once added.txt
select dbmigrate_add('7', 'seven', 'pragma foreign_keys = off; create table seven (a)');
select dbmigrate_apply();
insert into child values (80, 2);
commit;
select count(*) from grandchild where c = 80;
--> ERROR: dbcare: foreign_keys cannot be changed while rows violate a deferred foreign key. SQLite would forget the violations, or never allow the transaction to commit. In migration 7 up, statement 1, line 1. Change foreign_keys before the rows, or repair the rows first.
--> 1

-- a violation of the caller does not affect verify_sql
.once added.txt
select dbmigrate_add('7', 'verified', 'create table verified (a)', null, '{"verify_sql": "select 1"}');
begin;
select dbmigrate_apply() ->> 'success';
insert into grandchild values (81);
select count(*) from dbmigrate_verify;
rollback;
--> 1
--> 0

-- a mismatched foreign key can be repaired
pragma foreign_keys = off;
create table broken (a references parent (a));
insert into broken values ('nobody');
pragma foreign_keys = on;
.once added.txt
select dbmigrate_add('7', 'mends', 'pragma foreign_keys = off; drop table broken; create table broken (a references parent)');
.log log.txt
select dbmigrate_apply() ->> 'success';
.log off
--> 1

-- the log has that orphans could not be compared
select cast(readfile('log.txt') as text) glob
	'*dbcare: foreign keys are not checked: foreign key mismatch - "broken" referencing "parent"*';
--> 1

-- ---- one BEGIN and COMMIT ----

-- PRAGMAs around a script are skipped and logged
.once added.txt
select dbmigrate_add('8', 'wrapped', 'begin transaction; pragma foreign_keys = off; create table eight (a); commit');
.log stdout
select dbmigrate_apply() ->> 'success';
.log off
--> (27) dbcare: migration 8 up: BEGIN and COMMIT of the script are skipped
--> 1

-- ---- popx runs migrations without foreign keys ----

-- a child gets its new foreign key before the parent has its key
.once added.txt
select dbmigrate_load(json_object(
	'20200101000000000000_a.up.sql', 'create table owner (id integer primary key, n); create table pet (id integer primary key, owner references owner (id)); insert into owner values (1, 5); insert into pet values (1, 1)',
	'20200102000000000000_b.sqlite.up.sql', 'create table new_pet (id integer primary key, owner, n, foreign key (owner, n) references owner (id, n)); insert into new_pet select id, owner, 5 from pet; drop table pet; alter table new_pet rename to pet; create unique index owner_n on owner (id, n)'),
	'{"partial": true}');
select dbmigrate_apply() ->> 'version';
select * from pet;
--> 20200102000000000000
--> 1|1|5

-- afterwards they are verified
.once added.txt
select dbmigrate_load(json_object('20200103000000000000_c.up.sql', 'insert into pet values (2, 2, 2)'), '{"partial": true}');
select dbmigrate_apply() ->> 'version';
--> ERROR: dbcare: 1 row of "pet" now without parent in "owner". In migration 20200103000000000000 up, after its last statement, of 20200103000000000000_c.up.sql. A script that turns foreign_keys off must leave every row with a parent. (19)
