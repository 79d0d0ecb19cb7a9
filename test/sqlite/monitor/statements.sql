-- Statistics of statements: dbmonitor_start, dbmonitor_queries,
-- dbmonitor_status, dbmonitor_sample, dbmonitor_stop.

-- without monitoring there are no statement statistics
select count(*) from dbmonitor_queries;
--> ERROR: dbcare: statements are not counted. Statements are measured only on connections that have called dbmonitor_start(), and none has.

-- a memory database has no second connection for a thread
.open :memory:
.load ./dbcare
select dbmonitor_start(60);
--> ERROR: dbcare: the sampling thread needs its own connection, and an in-memory or temporary database has only one. Start with {"thread": false}, and call dbmonitor_sample().

-- a database opened without locks refuses a thread
.open file:unlocked.db?nolock=1
.load ./dbcare
select dbmonitor_start(60);
--> ERROR: dbcare: the sampling thread needs its own connection, but this database was opened without locks. Start with {"thread": false}, and call dbmonitor_sample().

.open test.db
.read begin.inc
-- without a thread statements are measured and no samples are taken
select dbmonitor_start(60, '{"thread": false}') ->> '$.statements',
	dbmonitor_status() ->> '$.running', dbmonitor_status() ->> '$.pid';
--> 1|0|

-- statement texts contain no values
create table item (id integer primary key, name text);
insert into item values (1, 'secret'), (2, 'secret');
SELECT name FROM item WHERE id=1 and name = 'x';
select name from item where id = 2 and name = 'y' ;
select query, calls, errors is null, row_count, total_ms >= max_ms,
	max_ms > 0, p95_ms > 0, p95_ms <= max_ms, last_at > '2020'
from dbmonitor_queries
where query like '%item%' order by query;
--> create table item(id integer primary key, name text)|1|1|0|1|1|1|1|1
--> insert into item values (?)|1|1|2|1|1|1|1|1
--> select name from item where id = ? and name = ?|2|1|0|1|1|1|1|1

-- statements of triggers count for the statement that fires them
create table log (id);
create trigger t after insert on item begin insert into log values (new.id); end;
insert into item values (3, 'x');
select query, calls, row_count from dbmonitor_queries where query like 'insert into%' order by query;
--> insert into item values (?)|2|3

-- dbcare's own queries count for its calls
select count(*) from dbmonitor_queries where query like '%dbcare\_%' escape '\';
--> 0

-- a stored sample does not count statements twice
select dbmonitor_sample() is not null;
insert into item values (4, 'x');
select calls, row_count from dbmonitor_queries where query = 'insert into item values (?)';
select sum(s.calls) from dbcare_query_seen as s join dbcare_query as q using (fingerprint)
where q.query = 'insert into item values (?)';
--> 1
--> 3|4
--> 2

-- stopping keeps the statistics
select dbmonitor_stop() ->> '$.statements';
insert into item values (5, 'x');
select calls from dbmonitor_queries where query = 'insert into item values (?)';
--> 0
--> 3

-- starting again continues the statistics
select dbmonitor_start(60, '{"thread": false}') ->> '$.statements';
insert into item values (6, 'x');
select calls from dbmonitor_queries where query = 'insert into item values (?)';
--> 1
--> 4

-- values in double quotes are removed, names are kept
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

-- a statement that is not UTF-8 is shown as valid UTF-8
.shell printf 'select [id] as [n\377ame] from item where id < 0;\n' > invalid.sql
.read invalid.sql
select query from dbmonitor_queries where query like 'select "id" as "n%';
select dbmonitor_sample() is not null;
attach 'test.db-samples' as kept;
update kept.dbcare_query set query = cast(x'41ff42' as text) where query like 'select "id" as "n%';
detach kept;
select count(*) from dbmonitor_queries where query = 'A' || char(0xfffd) || 'B';
select count(*) from dbmonitor_queries where instr(cast(query as blob), x'ff');
--> select "id" as "n?ame" from item where id < ?
--> 1
--> 1
--> 0
