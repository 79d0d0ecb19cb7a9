-- Health checks that compare stored samples: query_error_rate, cache_hit_ratio,
-- temp_spill, deadlocks, rollback_ratio, checkpoints_forced, pgss_evictions,
-- monitor_self, days_until_full.
set client_min_messages = warning;
drop database if exists monitor_history;
create database monitor_history;
\connect monitor_history
create extension dbcare;
create extension if not exists pgtap;
select no_plan();
select dbcare_install();

-- Has two samples been taken half an hour and a minute ago, the second one with
-- what is given, the first one with zeros.
create function pg_temp.sampled(given jsonb, epoch text default 'an epoch') returns void
language sql as $$
	delete from dbcare.sample;
	insert into dbcare.sample (sample_id, taken_at, epoch, readings)
	select 1, now() - interval '30 minutes', 'an epoch', jsonb_object_agg(j.key, 0)::text
	from jsonb_each(given) as j;
	insert into dbcare.sample (sample_id, taken_at, epoch, readings)
	select 2, now() - interval '1 minute', epoch, given::text;
$$;

-- What a check says.
create function pg_temp.said(check_id text) returns text
language sql as $$
	select concat_ws(' ', c.severity, round(c.value::numeric), c.reason)
	from dbhealth_checks(jsonb_build_object('checks', jsonb_build_array(check_id))) as c
$$;

select is(pg_temp.said('deadlocks'), 'not_applicable fewer than two samples in the last hour', 'one sample gives no finding');

-- check, readings, what is said
create temporary table cases (check_id text, given jsonb, said text);
insert into cases values
	('query_error_rate', '{"statements": 100, "statement_errors": 1}', 'ok'),
	('query_error_rate', '{"statements": 100, "statement_errors": 2}', 'warning 2'),
	('query_error_rate', '{"statements": 100, "statement_errors": 10}', 'critical 10'),
	('query_error_rate', '{"statements": 99, "statement_errors": 99}', 'not_applicable fewer than 100 statements in the last hour'),
	('query_error_rate', '{"statements": 100}', 'not_applicable no failed statements were counted in the last hour'),
	('cache_hit_ratio', '{"cache_hits": 96000, "cache_misses": 4000}', 'ok'),
	('cache_hit_ratio', '{"cache_hits": 95000, "cache_misses": 5000}', 'warning 5'),
	('cache_hit_ratio', '{"cache_hits": 80000, "cache_misses": 20000, "size_bytes": 1e15}', 'warning 20'),
	('cache_hit_ratio', '{"cache_hits": 18000, "cache_misses": 82000, "size_bytes": 1e6}', 'info 82'),
	('cache_hit_ratio', '{"cache_hits": 8000, "cache_misses": 2000}', 'not_applicable fewer than 100000 page reads in the samples of the last hour'),
	('temp_spill', '{"temp_bytes": 1073741823}', 'ok'),
	('temp_spill', '{"temp_bytes": 1073741824}', 'warning 1073741824'),
	('temp_spill', '{"temp_bytes": 10737418240}', 'critical 10737418240'),
	('deadlocks', '{"deadlocks": 0}', 'ok'),
	('deadlocks', '{"deadlocks": 1}', 'warning 1'),
	('deadlocks', '{"deadlocks": 300}', 'critical 300'),
	('rollback_ratio', '{"commits": 910, "rollbacks": 90}', 'ok'),
	('rollback_ratio', '{"commits": 900, "rollbacks": 100}', 'warning 10'),
	('rollback_ratio', '{"commits": 700, "rollbacks": 300}', 'critical 30'),
	('rollback_ratio', '{"commits": 0, "rollbacks": 999}', 'not_applicable fewer than 1000 transactions in the last hour, as far as samples tell'),
	('checkpoints_forced', '{"checkpoints_timed": 3, "checkpoints_requested": 1}', 'ok'),
	('checkpoints_forced', '{"checkpoints_timed": 2, "checkpoints_requested": 2}', 'warning 50'),
	('checkpoints_forced', '{"checkpoints_timed": 1, "checkpoints_requested": 4}', 'critical 80'),
	('checkpoints_forced', '{"checkpoints_timed": 0, "checkpoints_requested": 3}', 'not_applicable fewer than 4 checkpoints in the samples of the last hour'),
	('pgss_evictions', '{"statement_evictions": 59}', 'ok'),
	('pgss_evictions', '{"statement_evictions": 60}', 'warning 60');
do $$
declare
	one record;
begin
	create temporary table got (check_id text, given jsonb, said text, got text);
	for one in select * from cases loop
		perform pg_temp.sampled(one.given);
		insert into got values (one.check_id, one.given, one.said, pg_temp.said(one.check_id));
	end loop;
end
$$;
select is(g.got, g.said, g.check_id || ' of ' || g.given) from got as g;

-- ---- what compares ----

select pg_temp.sampled('{"deadlocks": 9}', 'another epoch');
select is(pg_temp.said('deadlocks'), 'not_applicable fewer than two samples in the last hour', 'counters of different epochs are not compared');
select pg_temp.sampled('{"deadlocks": -9}');
select is(pg_temp.said('deadlocks'), 'not_applicable fewer than two samples in the last hour', 'counters that decreased are not compared');
select pg_temp.sampled('{"deadlocks": 9}');
update dbcare.sample set taken_at = taken_at - interval '1 day';
select is(pg_temp.said('deadlocks'), 'not_applicable fewer than two samples in the last hour', 'old samples give no finding');

-- ---- monitor_self ----

select is(pg_temp.said('monitor_self'), 'not_applicable the database is not monitored', 'without monitoring no samples are missing');
insert into dbcare.monitor values (1, true, 60, null, now() - interval '1 day', 'ann');
update dbcare.sample set taken_at = now() - interval '2 minutes';
select is(pg_temp.said('monitor_self'), 'ok', 'two missing intervals are no finding');
update dbcare.sample set taken_at = now() - interval '5 minutes';
select alike(pg_temp.said('monitor_self'), 'warning 30%', 'more missing intervals are a warning');
select is((select alert || ' ' || severity from dbmonitor_alerts() where alert_id is null), 'no_data warning', 'missing samples are an alert');
update dbcare.sample set taken_at = now() - interval '2 hours';
select alike(pg_temp.said('monitor_self'), 'critical 72%', 'samples missing for an hour are critical');
update dbcare.sample set taken_at = now() + interval '2 hours';
select alike(pg_temp.said('monitor_self'), 'critical 7%', 'a clock set back does not hide missing samples');
update dbcare.monitor set enabled = false;
select is(pg_temp.said('monitor_self'), 'not_applicable the database is not monitored', 'stopped monitoring misses no samples');

-- ---- days_until_full ----

-- Has grown by a million bytes a day for ten days, up to a size.
create function pg_temp.grown_to(size bigint) returns void
language sql as $$
	delete from dbcare.sample;
	insert into dbcare.sample (sample_id, taken_at, epoch, readings)
	select 11 - d, now() - d * interval '1 day', 'an epoch', format('{"size_bytes": %s}', size - d * 1000000)
	from generate_series(0, 10) as d;
$$;
select dbcare_set('storage_limit_bytes', 100000000);
select pg_temp.grown_to(60000000);
select is(pg_temp.said('days_until_full'), 'ok', 'forty days until full are no finding');
select pg_temp.grown_to(80000000);
select alike(pg_temp.said('days_until_full'), 'warning 20%', 'twenty days until full are a warning');
select pg_temp.grown_to(95000000);
select alike(pg_temp.said('days_until_full'), 'critical 5%', 'five days until full are critical');
select is(dbhealth_growth() ->> 'bytes_per_day', '1000000', 'dbhealth_growth() gives the growth per day');
select is(dbhealth_report() -> 'growth' ->> 'limited_by', 'storage_limit_bytes', 'the report has the growth');
select is(dbhealth_growth('{"days": 5}') ->> 'reason', 'a forecast needs at least 8 samples over 3 days', 'a short history gives no forecast');

-- a sample that a wrong clock has dated a year ahead is not gone by
select pg_temp.grown_to(80000000);
insert into dbcare.sample (sample_id, taken_at, epoch, readings) values (0, now() + interval '1 year', 'an epoch', '{"size_bytes": 1}');
select alike(pg_temp.said('days_until_full'), 'warning 20%', 'samples dated in the future are ignored');

select * from finish();
\connect postgres
drop database monitor_history;
