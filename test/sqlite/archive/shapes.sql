-- Deleted rows of tables that have changed since: values return to the columns that
-- they were in, or the row is refused with the reason.

-- a column has another name, and a new one its name
create table r1 (id integer primary key, a text);
select dbarchive_enable('r1') is not null;
insert into r1 values (1, 'old a');
delete from r1;
alter table r1 rename a to b;
alter table r1 add a text;
select dbarchive_restore('r1', 1) ->> 'rows';
select id, b, a from r1;
--> 1
--> 1
--> 1|old a|

-- two columns have exchanged their names, before and after the triggers were made again
create table r2 (id integer primary key, a text, "b ""'" text);
select dbarchive_enable('r2') is not null;
insert into r2 values (1, 'was a', 'was b'), (2, 'was a', 'was b');
delete from r2 where id = 1;
alter table r2 rename a to x;
alter table r2 rename "b ""'" to a;
alter table r2 rename x to "b ""'";
delete from r2 where id = 2;
select dbarchive_enable('r2') is not null;
alter table r2 rename a to y;
select dbarchive_restore('r2', 1) ->> 'rows', dbarchive_restore('r2', 2) ->> 'rows';
select id, "b ""'", y from r2;
--> 1
--> 1
--> 1|1
--> 1|was a|was b
--> 2|was a|was b

-- two tables have exchanged their names
create table x1 (id integer primary key, a text);
create table x2 (id integer primary key, a text);
select dbarchive_enable('x1') is not null, dbarchive_enable('x2') is not null;
insert into x1 values (1, 'of x1');
delete from x1;
alter table x1 rename to x0;
alter table x2 rename to x1;
alter table x0 rename to x2;
select dbarchive_restore('x2', 1) ->> 'rows';
select 'x1', * from x1 union all select 'x2', * from x2;
--> 1|1
--> 1
--> x2|1|of x1

-- a table was dropped, and another one with deleted rows has its name
create table y1 (id integer primary key, a text);
create table y2 (id integer primary key, a text);
select dbarchive_enable('y1') is not null, dbarchive_enable('y2') is not null;
insert into y1 values (1, 'of y1');
insert into y2 values (2, 'of y2');
delete from y2;
delete from y1;
drop table y1;
alter table y2 rename to y1;
select dbarchive_restore('y1', 2) ->> 'rows';
select dbarchive_restore('y1', 1);
select * from y1;
--> 1|1
--> 1
--> ERROR: dbcare: batch 6 cannot be restored. Row 1 of table y1: column id of table y1 may have been dropped and created again while deleted rows were not kept. dbarchive_deleted() returns the values of the row, to be inserted by hand.
--> 2|of y2

-- a column that is gone, and one that was made again
create table c1 (id integer primary key, a text, b text);
select dbarchive_enable('c1') is not null;
insert into c1 values (1, 'old', 'old b');
delete from c1;
select dbarchive_disable('c1') is not null;
alter table c1 drop a;
select dbarchive_restore('c1', 1);
alter table c1 add a text;
select dbarchive_restore('c1', 1);
create table c2 (id integer primary key, a text);
select dbarchive_enable('c2') is not null;
insert into c2 values (1, 'old');
delete from c2;
select dbarchive_disable('c2') is not null;
alter table c2 drop a;
alter table c2 add a text;
select dbarchive_enable('c2') is not null;
select dbarchive_restore('c2', 1);
select count(*) from c2;
--> 1
--> 1
--> ERROR: dbcare: batch 7 cannot be restored. Row 1 of table c1: column a of table c1 no longer exists. dbarchive_deleted() returns the values of the row, to be inserted by hand.
--> ERROR: dbcare: batch 7 cannot be restored. Row 1 of table c1: column a of table c1 may have been dropped and created again while deleted rows were not kept. dbarchive_deleted() returns the values of the row, to be inserted by hand.
--> 1
--> 1
--> 1
--> ERROR: dbcare: batch 8 cannot be restored. Row 1 of table c2: column a of table c2 may have been dropped and created again while deleted rows were not kept. dbarchive_deleted() returns the values of the row, to be inserted by hand.
--> 0

-- nothing has changed while rows were not kept
create table c3 (id integer primary key, a text);
select dbarchive_enable('c3') is not null;
insert into c3 values (1, 'old'), (2, 'old');
delete from c3;
select dbarchive_disable('c3') is not null;
select dbarchive_restore('c3', 2) ->> 'rows';
delete from c3;
select dbarchive_enable('c3') is not null;
delete from dbcare_trash;

-- a new column has the value that other rows have
create table d1 (id integer primary key);
select dbarchive_enable('d1') is not null;
insert into d1 values (1), (2);
delete from d1 where id = 1;
alter table d1 add i int default '5';
alter table d1 add r real default 7;
alter table d1 add t text default 1;
alter table d1 add x default x'00ff';
alter table d1 add n int default -3 not null;
select dbarchive_restore('d1', 1) ->> 'rows';
select distinct i, typeof(i), r, typeof(r), t, typeof(t), hex(x), typeof(x), n from d1;
delete from d1;
alter table d1 add w text default current_timestamp;
select dbarchive_restore('d1', 1);
--> 1
--> 1
--> 2
--> 1
--> 1
--> 1
--> 5|integer|7.0|real|1|text|00FF|blob|-3
--> ERROR: dbcare: batch 12 cannot be restored. Row 1 of table d1: column w was added to table d1, and its value for the row is not known. Row 2 of table d1: column w was added to table d1, and its value for the row is not known. dbarchive_deleted() returns the values of the row, to be inserted by hand.

-- a row was deleted after a column was added that the trigger did not know
create table e1 (id integer primary key, a text);
select dbarchive_enable('e1') is not null;
insert into e1 values (1, 'a'), (2, 'b'), (3, 'c');
alter table e1 rename a to b;
vacuum;
delete from e1 where id = 1;
alter table e1 add n text default 'n';
update e1 set n = 'own value';
delete from e1 where id = 2;
select dbarchive_restore('e1', 1) ->> 'rows';
select dbarchive_restore('e1', 2);
delete from e1 where id = 3;
select dbarchive_restore('e1', 3) ->> 'rows';
select * from e1;
--> 1
--> 1
--> ERROR: dbcare: batch 15 cannot be restored. Row 2 of table e1: the value of column n of table e1 was not kept. Insert the row by hand; dbarchive_deleted() returns the other values.
--> 1
--> 1|a|n
--> 3|c|own value

-- another table of the name
create table n1 (id integer primary key, a text, b text);
select dbarchive_enable('n1') is not null;
insert into n1 values (1, 'a', 'b');
delete from n1;
drop table n1;
select dbarchive_restore_batch(17);
create table n1 (id integer primary key, a text);
select dbarchive_restore('n1', 1);
drop table n1;
create table n1 (id integer primary key, b int, a text);
select dbarchive_restore('n1', 1);
drop table n1;
create table n1 (id integer primary key, b text, a text);
select dbarchive_restore('n1', 1) ->> 'rows';
select id, a, b from n1;
--> 1
--> ERROR: dbcare: batch 17 cannot be restored. Row 1 of table n1: table n1 no longer exists. Create the table again, with the same columns, then restore the rows.
--> ERROR: dbcare: batch 17 cannot be restored. Row 1 of table n1: column b of table n1 no longer exists. dbarchive_deleted() returns the values of the row, to be inserted by hand.
--> ERROR: dbcare: batch 17 cannot be restored. Row 1 of table n1: column id of table n1 may have been dropped and created again while deleted rows were not kept. dbarchive_deleted() returns the values of the row, to be inserted by hand.
--> 1
--> 1|a|b

-- a key of columns whose names sort otherwise than by length
create table k (uuid text, user_uuid text, v int, primary key (uuid, user_uuid));
select dbarchive_enable('k') is not null;
insert into k values ('u', 'w', 1), ('u', 'x', 2);
select dbarchive_hold('k', '{"uuid": "u", "user_uuid": "w"}', 'case') is not null;
delete from k where user_uuid = 'x';
select dbarchive_restore('k', '{"uuid": "u", "user_uuid": "x"}') ->> 'rows';
delete from k where user_uuid = 'w';
select deleted from dbarchive_holds('k');
select dbarchive_purge('k', '{"older_than_days": 0}') ->> 'rows';
--> 1
--> 1
--> 1
--> 1
--> 0

-- a foreign key that was set to null gets its value after columns were renamed
pragma foreign_keys = on;
create table p (id integer primary key);
create table l (id integer primary key, a int references p on delete set null, b int);
select dbarchive_enable('p') is not null;
insert into p values (1);
insert into l values (1, 1, 7);
delete from p;
alter table l rename a to x;
alter table l rename b to a;
alter table l rename x to b;
update l set a = null;
select dbarchive_restore('p', 1) ->> 'links';
select * from l;
--> 1
--> 1
--> 1|1|

-- a new column has its default, also where triggers fire
create table m (id integer primary key, v text);
select dbarchive_enable('m') is not null;
insert into m values (1, 'v');
delete from m;
alter table m add n text default 'new';
select dbarchive_restore('m', 1, '{"triggers": "fire"}') ->> 'rows';
select * from m;
--> 1
--> 1
--> 1|v|new

-- what a purge of marked rows deletes is not kept by the triggers that a table has for cascades
create table owner_of (id integer primary key);
create table owned (id integer primary key, owner int references owner_of on delete cascade, secret text);
select dbarchive_enable('owner_of') is not null, dbarchive_enable('owned', '{"mode": "flag"}') is not null;
insert into owned (id, secret) values (1, 'secret'), (2, 'kept');
delete from owned where id = 2;
select dbarchive_delete('owned', 1) is not null;
select dbarchive_purge('owned', '{"older_than_days": 0}') ->> 'rows';
select json_extract(row_data, '$.secret') from dbcare_trash where action = 'delete' and table_name = 'owned';
--> 1|1
--> 1
--> 1
--> kept

-- a rebuild gives the columns, or those of the key, another order
create table pair (a text, b text, c int, primary key (a, b));
select dbarchive_enable('pair') is not null;
insert into pair values ('x', 'y', 1), ('p', 'q', 2), (1.5, x'00', 3);
delete from pair where a <> 'p';
select dbarchive_hold('pair', '{"a": "p", "b": "q"}', 'case') ->> 'reason', dbarchive_hold('pair', '{"a": "x", "b": "y"}', 'case') ->> 'reason';
select dbmigrate_rebuild('pair', 'create table pair (b text, c int, a text, primary key (a, b))') ->> 'rows';
select row_key from dbarchive_deleted() where table_name = 'pair';
select dbmigrate_rebuild('pair', 'create table pair (b text, c int, a text, primary key (b, a))') ->> 'rows';
select row_key from dbarchive_deleted() where table_name = 'pair';
select row_key from dbarchive_holds() order by 1;
delete from pair;
select dbarchive_purge('pair', '{"older_than_days": 0}') ->> 'rows';
select dbarchive_restore('pair', '{"a": "x", "b": "y"}') ->> 'rows', dbarchive_release('pair', '{"b": "q", "a": "p"}') ->> 'reason';
select quote(a), quote(b), c from pair order by c;
--> 1
--> case|case
--> 1
--> {"a": "1.5", "b": {"blob": "00"}}
--> {"a": "x", "b": "y"}
--> 1
--> {"a": "1.5", "b": {"blob": "00"}}
--> {"a": "x", "b": "y"}
--> {"a": "p", "b": "q"}
--> {"a": "x", "b": "y"}
--> {"uuid": "u", "user_uuid": "w"}
--> 0
--> 2|case
--> 'x'|'y'|1
--> '1.5'|X'00'|3
