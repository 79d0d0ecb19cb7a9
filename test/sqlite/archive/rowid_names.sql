create table t (rowid integer primary key, v);
create table u ("rowid" text primary key, v);
create table w (rowid int, v);
create table x (rowid int, _rowid_ int, oid int);
insert into t values (1, 'a'), (2, 'b');
insert into u values ('k', 'a');
insert into w values (2, 'first'), (1, 'second');
insert into x values (1, 1, 1);
select dbarchive_enable('t') is not null, dbarchive_enable('u') is not null, dbarchive_enable('w', '{"mode": "flag"}') is not null,
	dbarchive_enable('x', '{"mode": "flag"}') is not null, dbaudit_enable('t') is not null;
-- a primary key named rowid is a key as others
delete from t where rowid = 2;
delete from u;
select dbarchive_restore('t', 2) ->> 'rows', dbarchive_restore('u', 'k') ->> 'rows';
update t set v = 'z' where rowid = 1;
select dbaudit_undo(4) ->> 'rows';
select * from t;
select * from u;
--> 1|1|1|1|1
--> 1|1
--> 1
--> 1|a
--> 2|b
--> k|a
-- without a primary key, rows are found by the rowid, not by a column of that name
select dbarchive_delete('w', '{"rowid": 1}') ->> 'rows';
select v, deleted_at is not null from w;
--> 1
--> first|1
--> second|0
-- one that has no name names none
select dbarchive_delete('x', '{"rowid": 1}');
--> ERROR: dbcare: {"rowid": 1} is not the key of a row. For table x there is no primary key, and columns rowid, _rowid_ and oid hide the rowid. Pass the value of a key of one column, or a JSON object with a member for each column.
