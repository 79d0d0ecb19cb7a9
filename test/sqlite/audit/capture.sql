-- The log of changes: which changes it has, and what of them.
create view logged as
select e.entry_id, e.action, e.row_key, e.changed
from dbcare_audit_entry as e
where e.action <> 'protection';
select dbcare_install() is not null;

-- values of all types, and those that are equal but not the same
create table t (id integer primary key, name text collate nocase, r real, x, b blob,
	twice integer generated always as (id * 2) stored, thrice integer generated always as (id * 3));
select dbaudit_enable('t') ->> 'mode';
insert into t values (1, 'a', 1, 1, x'00ff');
update t set name = 'A';
update t set x = 1.0;
update t set x = '1';
update t set x = x'31';
update t set x = null;
update t set x = 9e999, r = 0.1;
update t set name = 'say "it''s"' || char(0);
update t set name = 'say "it''s"' || char(9, 10, 13) || '\back', x = 1;
update t set name = 'a' || char(31), x = -9223372036854775808;
update t set r = r, name = name;
update t set id = 2;
delete from t;
select action, row_key, changed from logged;
select after ->> '$.x', typeof(after ->> '$.x') from dbaudit_log() where after ->> '$.x' is not null order by id;
select before ->> '$.b', before ->> '$.r' from dbaudit_log('{"limit": 1}');
--> 1
--> portable
--> insert|1|
--> update|1|{"name": ["a", "A"]}
--> update|1|{"x": [1, {"real": "1.0"}]}
--> update|1|{"x": [{"real": "1.0"}, "1"]}
--> update|1|{"x": ["1", {"blob": "31"}]}
--> update|1|{"x": [{"blob": "31"}, null]}
--> update|1|{"r": [{"real": "1.0"}, {"real": "0.1"}], "x": [null, {"real": "Infinity"}]}
--> update|1|{"name": ["A", {"text": "7361792022697427732200"}]}
--> update|1|{"x": [{"real": "Infinity"}, 1], "name": [{"text": "7361792022697427732200"}, "say \"it's\"\t\n\r\\back"]}
--> update|1|{"x": [1, -9223372036854775808], "name": ["say \"it's\"\t\n\r\\back", {"text": "611f"}]}
--> update|1|{"id": [1, 2]}
--> delete|2|{"b": {"blob": "00ff"}, "r": {"real": "0.1"}, "x": -9223372036854775808, "id": 2, "name": {"text": "611f"}}
--> 1.0|text
--> 1|text
--> \x31|text
--> Infinity|text
--> 1|integer
--> -9223372036854775808|integer
--> \x00ff|0.1

-- odd names, keys of several columns, no rowid
delete from dbcare_audit_entry;
create table "it's ""odd"" $x" ("a 'b'" text, "c ""d""" any, "select" any, primary key ("c ""d""", "a 'b'")) strict, without rowid;
select dbaudit_enable('"it''s ""odd"" $x"') ->> 'mode';
insert into "it's ""odd"" $x" values ('k', 1.5, null);
update "it's ""odd"" $x" set "select" = 's', "a 'b'" = 'l';
delete from "it's ""odd"" $x";
select action, row_key, changed from logged;
select table_name, row_key from dbaudit_log() limit 1;
select action from dbaudit_history('"it''s ""odd"" $x"', '{"a ''b''": "l", "c \"d\"": 1.5}');
--> portable
--> insert|{"a 'b'": "k", "c \"d\"": {"real": "1.5"}}|
--> update|{"a 'b'": "k", "c \"d\"": {"real": "1.5"}}|{"a 'b'": ["k", "l"], "select": [null, "s"]}
--> delete|{"a 'b'": "l", "c \"d\"": {"real": "1.5"}}|{"a 'b'": "l", "c \"d\"": {"real": "1.5"}, "select": "s"}
--> "it's ""odd"" $x"|{"a 'b'": "l", "c \"d\"": {"real": "1.5"}}
--> delete

-- more columns than a function has arguments, and than an expression may be deep
delete from dbcare_audit_entry;
create table wide (id integer primary key);
create temp table ddl as
select 'create table wide (id integer primary key' || group_concat(', c' || value, '') || ');' as text from generate_series(1, 500);
drop table wide;
.once wide.sql
select text from ddl;
.read wide.sql
select dbaudit_enable('wide') ->> 'mode';
insert into wide (id, c1, c500) values (1, 1, 500);
update wide set c70 = 'x', c500 = 5;
delete from wide;
select action, changed from logged where action = 'update';
select (select count(*) from json_each(changed)) from logged where action = 'delete';
--> portable
--> update|{"c70": [null, "x"], "c500": [500, 5]}
--> 501

-- columns that are masked, left out or included
delete from dbcare_audit_entry;
create table person (id integer primary key, mail text, pass text, note text);
select dbaudit_enable('person', '{"mask": ["pass"], "exclude": ["note"]}') ->> 'mode';
insert into person values (1, 'm', 'secret', 'n');
update person set pass = 'new secret', note = 'o';
update person set note = 'p';
update person set pass = null;
delete from person;
select action, changed from logged;
select dbaudit_enable('person', '{"include": ["mail"]}') ->> 'mode';
insert into person values (2, 'm', 'secret', 'n');
update person set pass = 'x';
delete from person;
select action, changed from logged where row_key = '2';
--> portable
--> insert|
--> update|{"pass": [{"masked": true}, {"masked": true}]}
--> update|{"pass": [{"masked": true}, {"masked": true}]}
--> delete|{"id": 1, "mail": "m", "pass": {"masked": true}}
--> portable
--> insert|
--> delete|{"id": 2, "mail": "m"}

-- mode strict: hashes, and numbers of transactions
delete from dbcare_audit_entry;
select dbaudit_enable('person', '{"mode": "strict", "hash": ["mail", "pass"]}') ->> 'mode';
insert into person values (1, 'm', 'm', null), (2, 'm', null, null);
begin;
update person set note = 1 where id = 1;
update person set note = 2 where id = 2;
savepoint s;
delete from person;
rollback to s;
commit;
begin;
delete from person where id = 1;
rollback;
delete from person;
select count(distinct transaction_id), group_concat(distinct action) from dbcare_audit_entry where action <> 'protection';
select count(distinct transaction_id) from dbcare_audit_entry where action = 'update';
select count(distinct json_extract(changed, '$.mail.hash')), json_extract(changed, '$.mail.hash') = json_extract(changed, '$.pass.hash'),
	json_type(changed, '$.pass') from dbcare_audit_entry where action = 'delete' group by row_key;
select length(secret) from dbcare_audit_key;
--> strict
--> 3|insert,update,delete
--> 1
--> 1|0|object
--> 1||null
--> 64

-- a name with the letter that stands for the row in what triggers are made of
create table tagged ("k@1" integer primary key, "a@b" text, other text);
select dbaudit_enable('tagged', '{"mode": "strict", "hash": ["a@b"]}') ->> 'mode';
insert into tagged values (1, 'm', 'o');
update tagged set "a@b" = 'n', other = 'p';
update tagged set "a@b" = 'm';
delete from tagged;
with h as (
	select entry_id, action, row_key, coalesce(json_extract(changed, '$."a@b"[0].hash'), json_extract(changed, '$."a@b".hash')) as old,
		json_extract(changed, '$."a@b"[1].hash') as new
	from dbcare_audit_entry
)
select action, row_key, length(old), old = (select max(new) from h as u where u.action = 'update' and u.entry_id < h.entry_id
	and u.entry_id = h.entry_id - 1) as is_new_of_before from h where row_key = '1' and entry_id > (select max(entry_id) - 4 from h);
--> strict
--> insert|1||
--> update|1|32|
--> update|1|32|1
--> delete|1|32|1

-- the undo of a change beside a hashed column
insert into tagged values (1, 'm', 'o');
update tagged set other = 'p';
.once undo.sql
select 'select dbaudit_undo(' || max(entry_id) || ') is not null;' from dbcare_audit_entry;
.read undo.sql
select other from tagged;
--> 1
--> o

-- mode portable: a command has one number, a transaction with an actor too
delete from dbcare_audit_entry;
select dbaudit_enable('person') ->> 'mode';
begin;
select dbaudit_actor('alice') ->> 'actor';
insert into person values (1, 'm', 'm', null);
insert into person values (2, 'm', 'm', null);
commit;
delete from person;
select count(distinct transaction_id), count(distinct context_id) from dbcare_audit_entry where action = 'insert';
select count(distinct transaction_id), count(context_id) from dbcare_audit_entry where action = 'delete';
select count(*) from dbcare_audit_current;
--> portable
--> alice
--> 1|1
--> 1|0
--> 0

-- an actor that is rolled back, and one in a savepoint alone
begin;
select dbaudit_actor('bob') ->> 'actor';
savepoint s;
select dbaudit_actor('carol') ->> 'actor';
rollback to s;
insert into person values (3, 'm', 'm', null);
rollback;
savepoint alone;
select dbaudit_actor('dave') ->> 'actor';
insert into person values (4, 'm', 'm', null);
release alone;
insert into person values (5, 'm', 'm', null);
select row_key, actor from dbaudit_log('{"action": "insert", "limit": 2}');
--> bob
--> carol
--> dave
--> 5|
--> 4|dave

-- columns that are added, renamed or dropped
alter table person rename column mail to post;
alter table person add column more;
select table_name, problem from dbaudit_tables() where problem is not null;
update person set post = 'n', more = 1 where id = 5;
select changed from logged order by entry_id desc limit 1;
select dbaudit_enable('person') ->> 'columns';
update person set post = 'o', more = 2 where id = 5;
select changed from logged order by entry_id desc limit 1;
alter table person drop column more;
--> person|its columns have changed
--> {"mail": ["m", "n"]}
--> [{"n":1,"key":1,"name":"id","type":"INTEGER"},{"n":2,"name":"post","type":"TEXT"},{"n":3,"v":"8.8.0","name":"pass","type":"TEXT"},{"n":4,"name":"note","type":"TEXT"},{"n":5,"name":"more","type":""}]
--> {"more": [1, 2], "post": ["n", "o"]}
--> ERROR: error in trigger dbcare_audit_4_update after drop column: no such column: old.more

-- a rebuilt table is still logged
select dbmigrate_rebuild('person', 'create table person (id integer primary key, post text, pass text, note text, more integer, extra)') is not null;
select table_name, problem from dbaudit_tables() where problem is not null;
update person set more = 3 where id = 5;
select changed from logged order by entry_id desc limit 1;
--> 1
--> {"more": [2, 3]}

-- tables that cannot be logged
create virtual table found using fts5(x);
select dbaudit_enable('found');
create temp table passing (id integer primary key);
select dbaudit_enable('passing');
select dbaudit_enable('dbcare_audit_entry');
create view seen as select * from person;
select dbaudit_enable('seen');
--> ERROR: dbcare: found is not a table. Pass the name of a table.
--> ERROR: dbcare: dbcare cannot change rows of table temp.passing
--> ERROR: dbcare: dbcare cannot change rows of table dbcare_audit_entry
--> ERROR: dbcare: seen is not a table. Pass the name of a table.

-- uninstalling removes the triggers
select dbcare_uninstall('{"confirm": "test.db"}') is not null;
select count(*) from sqlite_schema where name glob 'dbcare_*';
update person set note = 'still written';
select note from person where id = 5;
--> 1
--> 0
--> still written
-- mode strict writes values as mode portable does, and a transaction has one number
create table plain_values (id integer primary key, v);
create table strict_values (id integer primary key, v);
create table sample_values (v);
insert into sample_values values (null), (1), (-5), (1.5), (0.1), (0.1 + 0.2), (1e300), (9e999), (-9e999), (1e-5), ('a'), (''), ('q"b\c'),
	('n' || char(10, 13, 9) || 'x'), ('c' || char(1)), ('z' || char(0) || 'k'), (char(127)), ('é😀'), (x'00ff'), (x'');
select dbaudit_enable('plain_values') ->> 'mode';
select dbaudit_enable('strict_values', '{"mode": "strict"}') ->> 'mode';
insert into plain_values (v) select v from sample_values;
update plain_values set v = 'k' where v is not 'k';
delete from plain_values;
begin;
insert into strict_values (v) select v from sample_values;
update strict_values set v = 'k' where v is not 'k';
savepoint s;
delete from strict_values where id < 3;
rollback to s;
delete from strict_values;
commit;
select count(*), sum(p.changed is s.changed) from (select * from dbaudit_log('{"table": "plain_values"}')) as p
join (select * from dbaudit_log('{"table": "strict_values"}')) as s on s.action = p.action and s.row_key = p.row_key;
select count(distinct transaction_id) from dbaudit_log('{"table": "strict_values"}') where action <> 'protection';
begin;
insert into strict_values (v) values (1);
rollback;
insert into strict_values (v) values (1);
select count(distinct transaction_id) from dbaudit_log('{"table": "strict_values"}') where action <> 'protection';
--> portable
--> strict
--> 60|60
--> 1
--> 2
