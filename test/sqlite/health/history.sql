-- Health checks that compare stored samples: query_error_rate, cache_hit_ratio,
-- cache_spill, monitor_self, days_until_full; and what the bookkeeping of
-- monitoring is worth when it is copied or read only.

select json_extract(dbcare_install(), '$.version') > 3;
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

-- few statements make no rate
insert into given (readings) values ('{"statements": 99, "statement_errors": 99}');
select severity, reason from said;
--> not_applicable|fewer than 100 statements in the last hour

-- nor do those nobody counts
insert into given (readings) values ('{"statements": 100}');
select severity, reason from said;
--> not_applicable|no failed statements were counted in the last hour

-- one in a hundred may fail
insert into given (readings) values ('{"statements": 100, "statement_errors": 1}');
select severity from said;
--> ok

-- two are a warning
insert into given (readings) values ('{"statements": 100, "statement_errors": 2}');
select severity, value, message from said;
--> warning|2.0|2 % of the statements of the last hour failed (2 of 100)

-- ten are critical
insert into given (readings) values ('{"statements": 100, "statement_errors": 10}');
select severity from said;
--> critical

-- ---- cache_hit_ratio ----

update topic set id = 'cache_hit_ratio';

-- a cache that is used little is not judged
insert into given (readings) values ('{"cache_hits": 0, "cache_misses": 99999}');
select severity from said;
--> not_applicable

-- one page of twenty is a warning
insert into given (readings) values ('{"cache_hits": 95001, "cache_misses": 4999}');
select severity from said;
insert into given (readings) values ('{"cache_hits": 95000, "cache_misses": 5000}');
select severity, value from said;
--> ok
--> warning|5.0

-- one of ten is critical
insert into given (readings) values ('{"cache_hits": 90000, "cache_misses": 10000}');
select severity from said;
--> critical

-- ---- cache_spill ----

update topic set id = 'cache_spill';

-- nothing to compare is nothing to judge
delete from dbcare_sample;
select severity, reason from said;
--> not_applicable|fewer than two samples in the last hour

-- pages that did not fit are told of
insert into given (readings) values ('{"cache_spills": 0}');
select severity from said;
insert into given (readings) values ('{"cache_spills": 7}');
select severity, message from said;
--> ok
--> info|7 dirty pages did not fit into the cache in 29 minutes

-- counters of two connections do not compare
insert into given values ('{"cache_spills": 7}', 'another epoch');
select severity from said;
--> not_applicable

-- ---- monitor_self ----

update topic set id = 'monitor_self';

-- who does not watch misses nothing
select severity, reason from said;
--> not_applicable|the database is not monitored

-- and one who watched in a process that has ended
insert into dbcare_monitor values (1, 1, 60, null, '2026-01-01T00:00:00.000Z', 'ann');
select severity from said;
--> ok

-- ---- days_until_full ----

update topic set id = 'days_until_full';

-- ten samples of ten days are a forecast
delete from dbcare_sample;
insert into dbcare_sample
select value, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (value - 10) || ' days'),
	'an epoch', json_object('size_bytes', 70000000 + value * 1000000)
from generate_series(1, 10);
select severity from said;
select count(*) from (select dbcare_set('storage_limit_bytes', 100000000));
select severity, round(value) from said;
--> ok
--> 1
--> warning|20.0

-- which a sample that a wrong clock has dated a year ahead does not change
insert into dbcare_sample
select 0, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '1 year'), 'an epoch', '{"size_bytes": 1}';
select severity, round(value) from said;
delete from dbcare_sample where sample_id = 0;
--> warning|20.0

-- also for the report
select json_extract(dbhealth_growth(), '$.bytes_per_day'),
	json_extract(dbhealth_report(), '$.growth.limited_by');
--> 1000000|storage_limit_bytes

-- ---- places ----

-- a read only connection reads what there is
pragma query_only = on;
select json_extract(dbmonitor_status(), '$.samples');
select json_extract(dbhealth_growth(), '$.samples');
select dbmonitor_sample();
pragma query_only = off;
--> 10
--> 10
--> ERROR: dbcare: attempt to write a readonly database (8)
