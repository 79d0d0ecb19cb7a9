-- Single slow executions: dbmonitor_slow_log.

-- without monitoring nothing is recorded, and the call says so
select count(*) from dbmonitor_slow_log();
--> ERROR: dbcare: slow executions are not recorded. Statements are measured only on connections that have called dbmonitor_start(), and none has. Call dbmonitor_start() on the connections to measure.

-- an execution above slow_query_ms is recorded with its work
create table item (id integer primary key, code integer, note text);
insert into item select value, value, 'note' from generate_series(1, 3000);
create table part (code integer);
insert into part select value from generate_series(1, 3000);
.output /dev/null
select dbcare_set('slow_query_ms', 0), dbmonitor_start(60, '{"thread": false}');
select count(*) from item where note = 'password';
select count(*) from (select note from item order by note limit 10);
select count(*) from item join part on item.code = part.code where part.code > 0;
.output
select query, row_count, user_name is null, application is null, plan is null, dropped,
	full_scan_steps, sorts, automatic_indexes, duration_ms > 0, started_at > '2020'
from dbmonitor_slow_log()
where query like '%from item where%' or query like '%order by%' or query like '%join part%' order by query;
--> select count(*) from (select note from item order by note limit ?)|1|1|1|1|0|2999|1|0|1|1
--> select count(*) from item join part on item.code = part.code where part.code > ?|1|1|1|1|0|2999|0|2999|1|1
--> select count(*) from item where note = ?|1|1|1|1|0|2999|0|0|1|1

-- plans on request, as they are now, without running the statements
select plan from dbmonitor_slow_log('{"plan": true}') where query like '%from item where note%';
select plan like '%' || char(10) || '  SCAN item%' from dbmonitor_slow_log('{"plan": true}') where query like '%order by%limit ?)';
create index item_note on item (note);
select plan from dbmonitor_slow_log('{"plan": true}') where query like '%from item where note%';
drop index item_note;
--> SCAN item
--> 1
--> SEARCH item USING COVERING INDEX item_note (note=?)

-- a statement that writes, or that cannot be compiled now, has none
.output /dev/null
create table gone (a); select count(*) from gone; insert into gone values (1); drop table gone;
.output
select query, plan is null from dbmonitor_slow_log('{"plan": true}') where query like '%gone%' order by query;
--> create table gone(a)|1
--> drop table gone|1
--> insert into gone values (?)|1
--> select count(*) from gone|1

-- a view that SQLite would expand for ever is not compiled
.output /dev/null
create view v0 as select id from item;
create view v1 as select a.id from v0 as a, v0 as b, v0 as c, v0 as d, v0 as e, v0 as f, v0 as g, v0 as h, v0 as i, v0 as j;
create view v2 as select a.id from v1 as a, v1 as b, v1 as c, v1 as d, v1 as e, v1 as f, v1 as g, v1 as h, v1 as i, v1 as j;
create view v3 as select a.id from v2 as a, v2 as b, v2 as c, v2 as d, v2 as e, v2 as f, v2 as g, v2 as h, v2 as i, v2 as j;
.output
select plan is null from dbmonitor_slow_log('{"plan": true}') where query like '%from item where note%';
drop view v3; drop view v2; drop view v1; drop view v0;
--> 1

-- rows that were changed
update item set note = 'secret' where id <= 7;
select row_count from dbmonitor_slow_log() where query like 'update item%';
--> 7

-- no value, comment or quoted text is stored
.output /dev/null
select 'hunter2', length(x'c0ffee'), "hunter2" -- hunter2
	/* hunter2 */ from item where id = 1;
.output
attach 'file:hunter2.db?mode=memory' as other;
detach other;
select count(*), sum(query like '%hunter2%' or query like '%c0ffee%' or query like '%secret%')
from dbmonitor_slow_log() where query like '%from item where id%' or query like 'attach%' or query like 'update%';
--> 3|0

-- a sample stores what was recorded, once
.output /dev/null
select dbmonitor_sample('{"level": "none"}'), dbmonitor_sample('{"level": "none"}');
.output
select count(*) from dbmonitor_slow_log() where query like 'update item%';
--> 1

-- the options choose
select (select count(*) from dbmonitor_slow_log('{"limit": 2}')),
	(select count(*) from dbmonitor_slow_log('{"min_ms": 1000000}')),
	(select count(*) from dbmonitor_slow_log('{"since": "2199-01-01"}')),
	(select count(*) > 5 from dbmonitor_slow_log('{"since": "2020-01-01T00:00:00Z"}'));
--> 2|0|0|1

-- nothing is slow below the limit; the setting takes effect with the next sample
.output /dev/null
select dbcare_set('slow_query_ms', 100000), dbmonitor_sample('{"level": "none"}');
select count(*) from item where note = 'other' and code = 3;
.output
select count(*) from dbmonitor_slow_log() where query like '%and code%';
--> 0

-- a reset deletes the log, stored or not
select dbmonitor_reset() ->> 'slow_log' > 5;
--> 1
-- the log in memory, too
select count(*) from dbmonitor_slow_log();
--> 0
