-- Health checks that compare stored samples: query_error_rate, cache_hit_ratio,
-- cache_spill, monitor_self, days_until_full; and what the tables of
-- monitoring is worth when it is copied or read only.

select json_extract(dbcare_install(), '$.changed');
--> 1

-- two samples: in the last hour, with what is given, and before it with zeros
create temp table given (readings text, epoch text default 'an epoch');
create temp trigger given after insert on given begin
	delete from dbcare_sample;
	insert into dbcare_sample
	select 1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-30 minutes'), 'an epoch',
		(select json_group_object(key, 0) from json_each(new.readings));
	insert into dbcare_sample
	select 2, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 minutes'), new.epoch,
		new.readings;
end;

-- ---- query_error_rate ----

update topic set id = 'query_error_rate';

-- few statements give no error rate
insert into given (readings) values ('{"statements": 99, "statement_errors": 99}');
select severity, reason from said;
--> not_applicable|fewer than 100 statements in the last hour

-- uncounted statements give no error rate
insert into given (readings) values ('{"statements": 100}');
select severity, reason from said;
--> not_applicable|no failed statements were counted in the last hour

-- an error rate of 1 % is no finding
insert into given (readings) values ('{"statements": 100, "statement_errors": 1}');
select severity from said;
--> ok

-- an error rate of 2 % is a warning
insert into given (readings) values ('{"statements": 100, "statement_errors": 2}');
select severity, value, message from said;
--> warning|2.0|2 % of the statements of the last hour failed (2 of 100)

-- an error rate of 10 % is critical
insert into given (readings) values ('{"statements": 100, "statement_errors": 10}');
select severity from said;
--> critical

-- ---- cache_hit_ratio ----

update topic set id = 'cache_hit_ratio';

-- a rarely used cache is not checked
insert into given (readings) values ('{"cache_hits": 0, "cache_misses": 99999}');
select severity from said;
--> not_applicable

-- a miss ratio of 5 % is a warning
insert into given (readings) values ('{"cache_hits": 95001, "cache_misses": 4999}');
select severity from said;
insert into given (readings) values ('{"cache_hits": 95000, "cache_misses": 5000}');
select severity, value from said;
--> ok
--> warning|5.0

-- a database that the memory of the machine can hold is not read from the disk again
insert into given (readings) values ('{"cache_hits": 18000, "cache_misses": 82000, "size_bytes": 1000000}');
select severity, message from said;
--> info|82 % of the pages read in the last hour were not in the cache (82000 of 100000; the memory of the machine can hold the whole database)

-- a larger one is a warning
insert into given (readings) values ('{"cache_hits": 18000, "cache_misses": 82000, "size_bytes": 1e15}');
select severity from said;
--> warning

-- a cache that has just been started misses all
update dbcare_sample set taken_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 minutes') where sample_id = 1;
select severity, reason from said;
--> not_applicable|samples of less than 15 minutes are too young

-- ---- cache_spill ----

update topic set id = 'cache_spill';

-- a single sample gives no finding
delete from dbcare_sample;
select severity, reason from said;
--> not_applicable|fewer than two samples in the last hour

-- spilled pages are reported
insert into given (readings) values ('{"cache_spills": 0}');
select severity from said;
insert into given (readings) values ('{"cache_spills": 7}');
select severity, message from said;
--> ok
--> info|7 dirty pages did not fit into the cache in 29 minutes

-- counters of different connections are not compared
insert into given values ('{"cache_spills": 7}', 'another epoch');
select severity from said;
--> not_applicable

-- ---- monitor_self ----

update topic set id = 'monitor_self';

-- without monitoring there are no missing samples
select severity, reason from said;
--> not_applicable|the database is not monitored

-- samples of an ended process are not missed
insert into dbcare_monitor values (1, 1, 60, null, '2026-01-01T00:00:00.000Z', 'ann');
select severity from said;
--> ok

-- ---- days_until_full ----

update topic set id = 'days_until_full';

-- ten samples of ten days give a forecast
delete from dbcare_sample;
insert into dbcare_sample
select value, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (value - 10) || ' days'),
	'an epoch', json_object('size_bytes', 70000000 + value * 1000000)
from generate_series(1, 10);
select severity from said;
select count(dbcare_set('storage_limit_bytes', 100000000));
select severity, round(value) from said;
--> ok
--> 1
--> warning|20.0

-- a sample dated a year ahead does not change the forecast
insert into dbcare_sample
select 0, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '1 year'), 'an epoch', '{"size_bytes": 1}';
select severity, round(value) from said;
delete from dbcare_sample where sample_id = 0;
--> warning|20.0

-- the report has the same forecast
select json_extract(dbhealth_growth(), '$.bytes_per_day'),
	json_extract(dbhealth_report(), '$.growth.limited_by');
--> 1000000|storage_limit_bytes

-- ---- places ----

-- a read-only connection reads the stored samples
pragma query_only = on;
select json_extract(dbmonitor_status(), '$.samples');
select json_extract(dbhealth_growth(), '$.samples');
select dbmonitor_sample();
pragma query_only = off;
--> 10
--> 10
--> ERROR: dbcare: attempt to write a readonly database (8)
