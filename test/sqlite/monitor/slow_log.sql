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
