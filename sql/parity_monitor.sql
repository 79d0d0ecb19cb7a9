-- Monitoring: samples, alerts, what is refused.  Which statements run and how
-- large things are depends on the engine, so that is left out.
-- without dbcare's tables there are no results, and nothing is written
select dbmonitor_status() ->> 'samples', dbmonitor_status() ->> 'last_sample_at', dbmonitor_status() ->> 'interval_seconds';
select count(*) from dbmonitor_alerts();
select dbhealth_growth();
select dbhealth_growth('{"days": 7}') ->> 'reason';
select count(*) from dbmigrate_history();
-- what is refused
select dbmonitor_start(0);
select dbmonitor_start(-1);
select dbmonitor_start(100000);
select dbmonitor_sample('{"level": "deep"}');
select dbmonitor_sample('{"checks": true}');
select * from dbmonitor_alerts('{"limit": 0}');
select * from dbmonitor_alerts('{"open": true}');
select * from dbmonitor_queries('{"order_by": "name"}');
select * from dbmonitor_queries('{"limit": -1}');
select * from dbmonitor_slow_queries('{"slow_query_ms": "fast"}');
select * from dbmonitor_slow_log('{"min_ms": -1}');
select * from dbmonitor_slow_log('{"since": "yesterday"}');
select * from dbmonitor_slow_log('{"plans": true}');
select dbmonitor_status() -> 'slow_log' ->> 'executions', cast(dbmonitor_status() -> 'slow_log' ->> 'recording' as text) in ('0', 'false');
select dbmonitor_ack(null);
select dbmonitor_ack(7);
select dbmonitor_reset('{"force": true}');
select dbhealth_growth('{"days": 0}');
select dbhealth_growth('{"weeks": 1}');
-- a sample; its checks run once
create table item (id integer primary key, price integer);
insert into item values (1, 10), (2, -5);
select dbmonitor_sample() ->> 'sample_id';
select dbmonitor_sample() ->> 'sample_id';
select cast(dbmonitor_sample('{"level": "none"}') ->> 'checks' as text) in ('0', 'false');
select dbmonitor_status() ->> 'samples';
-- rows that violate a rule are an alert, once
select replace(cast(dbcheck_rule_add('positive', 'item', 'price > 0') as text), 'public.', '');
select cast(dbmonitor_sample('{"level": "full"}') ->> 'checks' as text) in ('1', 'true');
select alert, severity, cast(value as integer), threshold, replace(message, 'public.', ''), raised_at is not null, acked_at, cleared_at from dbmonitor_alerts() where alert = 'consistency';
select dbmonitor_sample('{"level": "full"}') ->> 'sample_id';
select dbmonitor_sample('{"level": "fast"}') ->> 'sample_id';
select count(*) from dbmonitor_alerts('{"history": true}') where alert = 'consistency';
-- when they are right, it is cleared
update item set price = 5 where id = 2;
select dbmonitor_sample('{"level": "full"}') ->> 'sample_id';
select count(*) from dbmonitor_alerts() where alert = 'consistency';
select alert, severity, cast(value as integer), raised_at is not null, cleared_at is not null from dbmonitor_alerts('{"history": true}') where alert = 'consistency';
-- a critical rule is a failure of the database's health
select replace(cast(dbcheck_rule_add('small', 'item', 'price < 7', '{"severity": "critical"}') as text), 'public.', '');
select dbmonitor_sample('{"level": "full"}') ->> 'sample_id';
select alert, severity, cast(value as integer), replace(message, 'public.', '') from dbmonitor_alerts() where alert = 'health_failure' and object like 'data_rules_failed%';
-- but nobody is told of what is suppressed, or of a check that is disabled
select dbhealth_suppress('data_rules_failed', '*item', 'known') ->> 'action';
select dbmonitor_sample('{"level": "full"}') ->> 'sample_id';
select count(*) from dbmonitor_alerts() where object like 'data_rules_failed%';
select dbhealth_suppress('data_rules_failed', '*item', 'known', 'now') ->> 'action';
select dbmonitor_sample('{"level": "full"}') ->> 'sample_id';
select count(*) from dbmonitor_alerts() where object like 'data_rules_failed%';
select dbcare_set('check_data_rules_failed_enabled', false);
select dbmonitor_sample('{"level": "fast"}') ->> 'sample_id';
select count(*) from dbmonitor_alerts() where object like 'data_rules_failed%';
-- few samples are no forecast
select dbhealth_growth() ->> 'samples', dbhealth_growth() ->> 'reason', dbhealth_growth() ->> 'bytes_per_day';
-- forgetting
select dbcare_set('environment', 'production');
select dbmonitor_reset();
select dbmonitor_reset('{"confirm": "other"}');
select dbmonitor_reset('{"confirm": "parity_monitor"}') ->> 'samples';
select dbmonitor_status() ->> 'samples';
select count(*) from dbmonitor_alerts('{"history": true}');
-- stopping is no failure where nothing runs
select dbmonitor_stop() ->> 'samples';
