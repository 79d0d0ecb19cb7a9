-- dbhealth_advise(): which indexes are advised, and that asking changes nothing.

create table orders (id integer primary key, customer_id int, status text, created_at text, total real, note text);
with recursive n (i) as (select 1 union all select i + 1 from n limit 20000)
insert into orders select i, i * 7919 % 5000, iif(i % 100, 'done', 'open'),
	printf('2024-%02d-%02d', 1 + i % 12, 1 + i % 28), i % 1000, 'a note' from n;
create table "odd t" (k text primary key, "a b" int, "x) WHERE (abs(1)" int, flag int) without rowid;
with recursive n (i) as (select 1 union all select i + 1 from n limit 20000)
insert into "odd t" select 'k' || i, i % 700, i % 300, i % 200 = 0 from n;
create table small (a, b);
insert into small values (1, 2);

-- an equality
select table_name, index_sql, queries, write_cost from dbhealth_advise('select * from orders where customer_id = 42');
--> orders|CREATE INDEX orders_customer_id_idx ON orders (customer_id);|1|1.0

-- costs fall, and the size is estimated
select cost_after < cost_before / 10, size_bytes between 100000 and 1000000 from dbhealth_advise('select * from orders where customer_id = 42');
--> 1|1

-- the reason begins with the index
select reason from dbhealth_advise('select * from orders where customer_id = 42');
--> index on orders (customer_id) makes the query 78 to 99 % cheaper

-- a parameter instead of a value
select index_sql from dbhealth_advise('select * from orders where customer_id = ?');
--> CREATE INDEX orders_customer_id_idx ON orders (customer_id);

-- an order with a limit
select index_sql from dbhealth_advise('select id, total from orders order by created_at desc limit 10');
--> CREATE INDEX orders_created_at_idx ON orders (created_at);

-- an equality and an order
select index_sql from dbhealth_advise('select note from orders where customer_id = 7 order by total desc limit 5');
--> CREATE INDEX orders_customer_id_idx ON orders (customer_id);

-- an order is enough where most rows meet the condition
select index_sql from dbhealth_advise('select note from orders where status = ''done'' order by total desc limit 5');
--> CREATE INDEX orders_total_idx ON orders (total);

-- a condition and an order
select index_sql from dbhealth_advise('select note from orders where status = ''open'' and total > 500 order by created_at');
--> CREATE INDEX orders_status_idx ON orders (status);

-- an expression
select index_sql from dbhealth_advise('select * from orders where lower(note) = ''x'' and upper(created_at) = ''2024''');
--> CREATE INDEX orders_upper_idx ON orders (upper(created_at));

-- both sides of a join, whichever column is an index
select index_sql from dbhealth_advise('select count(*) from orders as a join orders as b on b.customer_id = a.customer_id where a.id = 7');
--> CREATE INDEX orders_customer_id_idx ON orders (customer_id);

-- quoted names, one of which looks like SQL
select index_sql from dbhealth_advise('select * from "odd t" where "a b" = 3 and "x) WHERE (abs(1)" = 5');
--> CREATE INDEX "odd t_a b_idx" ON "odd t" ("a b");

-- UPDATE, DELETE and INSERT
select index_sql from dbhealth_advise('update orders set note = null where customer_id in (1, 2)');
select index_sql from dbhealth_advise('delete from orders where customer_id = 3');
select index_sql from dbhealth_advise('insert into small select total, note from orders where customer_id = 3');
--> CREATE INDEX orders_customer_id_idx ON orders (customer_id);
--> CREATE INDEX orders_customer_id_idx ON orders (customer_id);
--> CREATE INDEX orders_customer_id_idx ON orders (customer_id);

-- nothing helps: a key, all rows, most rows, a small table
select index_sql from dbhealth_advise('select * from orders where id = 3');
select index_sql from dbhealth_advise('select * from orders');
select index_sql from dbhealth_advise('select * from orders where status <> ''open''');
select index_sql from dbhealth_advise('select * from orders where total < 990');
select index_sql from dbhealth_advise('select * from small where a = 1');
select 'nothing';
--> nothing

-- an index that exists is not advised again
create index orders_customer on orders (customer_id);
select index_sql from dbhealth_advise('select * from orders where customer_id = 42');
select 'nothing';
drop index orders_customer;
--> nothing

-- a name that is taken
create index orders_customer_id_idx on orders (total, customer_id);
select index_sql from dbhealth_advise('select * from orders where customer_id = 42');
drop index orders_customer_id_idx;
--> CREATE INDEX orders_customer_id_idx1 ON orders (customer_id);

-- the statistics of ANALYZE are used
analyze;
select index_sql from dbhealth_advise('select * from orders where customer_id = 42');
drop table sqlite_stat1;
--> CREATE INDEX orders_customer_id_idx ON orders (customer_id);

-- one statement that has a plan
select index_sql from dbhealth_advise('drop table orders');
select index_sql from dbhealth_advise('pragma user_version = 3');
select index_sql from dbhealth_advise('explain select 1');
select index_sql from dbhealth_advise('select 1; drop table orders');
select index_sql from dbhealth_advise('select 1; -- no more');
select index_sql from dbhealth_advise('');
select index_sql from dbhealth_advise('select * from nowhere');
--> ERROR: dbcare: statement has no plan: drop table orders. Indexes are advised for SELECT, INSERT, UPDATE, DELETE and WITH.
--> ERROR: dbcare: statement has no plan: pragma user_version = 3. Indexes are advised for SELECT, INSERT, UPDATE, DELETE and WITH.
--> ERROR: dbcare: statement has no plan: explain select 1. Indexes are advised for SELECT, INSERT, UPDATE, DELETE and WITH.
--> ERROR: dbcare: query has more than one statement. Call dbhealth_advise() for each statement.
--> ERROR: dbcare: statement has no plan: . Indexes are advised for SELECT, INSERT, UPDATE, DELETE and WITH.
--> ERROR: dbcare: no such table: nowhere

-- options
select index_sql from dbhealth_advise('{"limit": 1}');
select index_sql from dbhealth_advise('select 1', '{"limit": 0}');
--> ERROR: dbcare: query starts with "{". The options were passed in place of this argument: pass null for an omitted argument, or name the argument options.
--> ERROR: dbcare: option "limit" cannot be 0. The value must be a whole number from 1 to 20.

-- functions of a query are not called
select count(*) from dbhealth_advise('select writefile(''called'', ''x'') from orders where customer_id = abs(-9) and writefile(''called'', note) = 1');
select count(*) from dbhealth_advise('select * from orders where customer_id = 3 and writefile(''called'', ''x'') = 1');
select count(*) from dbhealth_advise('select * from orders where writefile(''called'', ''x'')');
select readfile('called') is null;
--> 1
--> 1
--> 0
--> 1

-- a value that most rows have is not searched for, if SQLite counts values
create table kinds (id integer primary key, kind text, day int, note text);
create index kinds_kind on kinds (kind);
with recursive n (i) as (select 1 union all select i + 1 from n limit 20000)
insert into kinds select i, iif(i % 100, 'common', 'rare'), i % 1000, 'a note that takes some space' from n;
analyze kinds;
select not sqlite_compileoption_used('ENABLE_STAT4') or cost_before < 500
from dbhealth_advise('select * from kinds where kind = ''common'' and day = 7');
drop table kinds;
--> 1

-- EXISTS ends with the first row: 13.5 million steps without an index, 8,400 with it
create table customers (id integer primary key, customer_id int);
insert into customers select id, (id * id * 13 + id * 5 + 77) % 65521 % 5000 from orders;
update orders set customer_id = (id * id * 7 + id * 31) % 65537 % 5000;
select index_sql, cost_before between 15000 and 60000, cost_before / cost_after between 300 and 3000 from dbhealth_advise(
	'select count(*) from customers as c where id < 500 and exists (select 1 from orders where customer_id = c.customer_id and status = ''done'')');
update orders set customer_id = id * 7919 % 5000;
drop table customers;
--> CREATE INDEX orders_status_idx ON orders (status, customer_id);|1|1

-- an index that is in the plan only after ANALYZE is not advised
create table stock (part integer, supplier integer, amount integer, comment text, primary key (part, supplier));
create table part (id integer primary key, brand text);
insert into part select id, 'brand ' || (id / 3 % 25) from orders where id <= 2000;
insert into stock select id, id % 25 + n * 25, id * n % 977, 'a comment of some length, which makes the row longer and longer'
	from part, (select 1 as n union all select 2 union all select 3 union all select 4);
analyze;
select index_sql from dbhealth_advise('select count(*), max(amount) from part join stock on part.id = stock.part
	where brand = ''brand 13'' and supplier is not null');
drop table stock;
drop table part;
drop table sqlite_stat1;
--> CREATE INDEX part_brand_idx ON part (brand);

-- values that repeat at the distance of the sample: 100 rows for each
create table often (id integer primary key, a integer, b text);
insert into often select id, id % 200, 'text' from orders where id <= 20000;
select cost_after between 15 and 30 from dbhealth_advise('select * from often where a = ?');
drop table often;
--> 1

-- rowids with gaps: rows are counted, not rowids
create table sparse (id integer primary key, a int, b text);
insert into sparse select id * 1000, customer_id, 'text' from orders;
select cost_before between 150 and 450 from dbhealth_advise('select * from sparse where a = 7');
insert into sparse values (9223372036854775807, 1, 2);
select cost_before between 150 and 2000 from dbhealth_advise('select * from sparse where a = 7');
drop table sparse;
--> 1
--> 1

-- statements without statistics
select index_sql from dbhealth_advise();
--> ERROR: dbcare: statements are not counted. Statements are measured only on connections that have called dbmonitor_start(), and none has. Pass the text of a query, or call dbmonitor_start().

-- statements that monitoring has seen
select dbmonitor_start(3600, '{"thread": false}') is not null;
select count(*) from orders where customer_id = 8;
select count(*) from orders where customer_id = 9;
select max(note) from orders where customer_id = 9;
select sum("a b") from "odd t" where "a b" = 5;
select id from orders where id = 3;
select table_name, index_sql, queries, reason glob 'index on orders (customer_id) makes 2 queries 7[0-9] to 99 % cheaper: *, *' from dbhealth_advise() where table_name = 'orders';
--> 1
--> 4
--> 4
--> a note
--> 145
--> 3
--> orders|CREATE INDEX orders_customer_id_idx ON orders (customer_id);|2|1

-- a fingerprint
select index_sql from dbhealth_advise((select fingerprint from dbmonitor_queries() where query like 'select max%'));
select index_sql from dbhealth_advise('0123456789abcdef');
--> CREATE INDEX orders_customer_id_idx ON orders (customer_id);
--> ERROR: dbcare: no statement has the fingerprint 0123456789abcdef. List the statements with dbmonitor_queries().

-- nothing is built
select name from sqlite_schema where type = 'index' and sql is not null;
select 'none';
--> none
