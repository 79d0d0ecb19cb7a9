-- Statistics of statements: dbmonitor_start, dbmonitor_queries,
-- dbmonitor_status, dbmonitor_sample, dbmonitor_stop.

-- nobody has started to measure
select count(*) from dbmonitor_queries;
--> ERROR: dbcare: statements are not counted. Statements are measured only on connections that have called dbmonitor_start(), and none has.

-- a memory database has no second connection for a thread
.open :memory:
.load ./dbcare
select dbmonitor_start(60);
--> ERROR: dbcare: the sampling thread needs its own connection, and an in-memory or temporary database has only one. Start with {"thread": false}, and call dbmonitor_sample().

-- nor has one that was opened without locks, which would write beside it
.open file:unlocked.db?nolock=1
.load ./dbcare
select dbmonitor_start(60);
--> ERROR: dbcare: the sampling thread needs its own connection, but this database was opened without locks. Start with {"thread": false}, and call dbmonitor_sample().

.open test.db
.read begin.inc
-- without a thread, statements are measured and nobody takes samples
select dbmonitor_start(60, '{"thread": false}') ->> '$.statements',
	dbmonitor_status() ->> '$.running', dbmonitor_status() ->> '$.pid';
--> 1|0|

-- what is measured has no data in it, and one entry for all values
create table item (id integer primary key, name text);
insert into item values (1, 'secret'), (2, 'secret');
SELECT name FROM item WHERE id=1 and name = 'x';
select name from item where id = 2 and name = 'y' ;
select query, calls, errors is null, row_count, total_ms >= max_ms,
	max_ms > 0, p95_ms > 0, last_at > '2020'
from dbmonitor_queries
where query like '%item%' order by query;
--> create table item(id integer primary key, name text)|1|1|0|1|1|1|1
--> insert into item values (?)|1|1|2|1|1|1|1
--> select name from item where id = ? and name = ?|2|1|0|1|1|1|1

-- statements of triggers are part of those that fire them
create table log (id);
create trigger t after insert on item begin insert into log values (new.id); end;
insert into item values (3, 'x');
select query, calls, row_count from dbmonitor_queries where query like 'insert into%' order by query;
--> insert into item values (?)|2|3

-- and so are those of dbcare, which reads much for what it tells
select count(*) from dbmonitor_queries where query like '%dbcare\_%' escape '\';
--> 0

-- what a sample has stored is counted once
select dbmonitor_sample() is not null;
insert into item values (4, 'x');
select calls, row_count from dbmonitor_queries where query = 'insert into item values (?)';
select sum(s.calls) from dbcare_query_seen as s join dbcare_query as q using (fingerprint)
where q.query = 'insert into item values (?)';
--> 1
--> 3|4
--> 2

-- stopping ends it; what was seen stays
select dbmonitor_stop() ->> '$.statements';
insert into item values (5, 'x');
select calls from dbmonitor_queries where query = 'insert into item values (?)';
--> 0
--> 3

-- starting again goes on
select dbmonitor_start(60, '{"thread": false}') ->> '$.statements';
insert into item values (6, 'x');
select calls from dbmonitor_queries where query = 'insert into item values (?)';
--> 1
--> 4

-- a value in double quotes is not kept; a name is
.dbconfig dqs_dml on
select count(*) from (select name is "secret 1", name between "secret 1" and "secret 2", upper("secret 3") from "item" where "secret 4");
update item set "name" = "secret 5" where "item"."id" < 0;
select query from dbmonitor_queries where query like '%"%' order by query;
select count(*) from dbmonitor_queries where query like '%secret _%';
-->             dqs_dml on
--> 0
--> select count(*) from (select name is ?, name between ? and ?, upper(?) from "item" where ?)
--> update item set "name" = ? where "item"."id" < ?
--> 0

-- a text that is not valid UTF-8 is readable in rows
.shell printf 'select [id] as [n\377ame] from item where id < 0;\n' > invalid.sql
.read invalid.sql
select query from dbmonitor_queries where query like 'select "id" as "n%';
select dbmonitor_sample() is not null;
update dbcare_query set query = cast(x'41ff42' as text) where query like 'select "id" as "n%';
select count(*) from dbmonitor_queries where query = 'A' || char(0xfffd) || 'B';
select count(*) from dbmonitor_queries where instr(cast(query as blob), x'ff');
--> select "id" as "n?ame" from item where id < ?
--> 1
--> 1
--> 0
