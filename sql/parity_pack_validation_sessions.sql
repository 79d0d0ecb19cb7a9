-- The pack validation_sessions: constraints, history, rules, policies, deleted rows.
-- sqlite3: pragma foreign_keys = on;
select cast(dbinit_run('validation_sessions') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('validation_sessions');
-- again
select cast(dbinit_run('validation_sessions') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('validation_sessions');
select version, state from dbmigrate_status() order by version;

-- what is refused
select count(*) from dbcheck_row('validation_session', '{"name": "", "owner": "ann", "status": "unknown", "started_at": "2026-01-02 00:00:00", "finished_at": "2026-01-01 00:00:00"}');
select message like '%configuration%' from dbcheck_row('validation_session', '{"name": "a", "owner": "ann", "configuration": []}');
select message like '%tags%' from dbcheck_row('validation_session', '{"name": "a", "owner": "ann", "tags": {}}');
select dbops_insert('validation_session', '[{"name": "nightly", "owner": "ann", "configuration": {"target": "api"}, "tags": ["night", "api"]}, {"name": "release", "owner": "bob"}]');
select dbops_insert('validation_result', '[{"session_id": 1, "test": "login", "status": "passed"}, {"session_id": 1, "test": "pay", "status": "failed", "details": {"code": "E7"}}, {"session_id": 2, "test": "login", "status": "passed"}]');
select count(*) from dbcheck_row('validation_result', '{"session_id": 1, "test": "login", "status": "good", "duration_ms": -1, "details": 7}');
select message from dbcheck_row('validation_result', '{"session_id": 99, "test": "login", "status": "passed"}');
select count(*) from dbcheck_row('discrepancy', '{"session_id": 1, "result_id": 1, "severity": "bad", "message": "", "status": "fixed"}');
select count(*) from dbcheck_row('behavioral_test_result', '{"session_id": 1, "scenario": "s", "status": "passed", "score": 2, "steps": {}}');
select message from dbcheck_row('session_share', '{"session_id": 1, "owner": "bob", "shared_with": "eve"}');
select count(*) from dbcheck_row('processing_log', '{"session_id": 1, "level": "loud", "message": "m", "context": []}');
insert into discrepancy (session_id, result_id, severity, message, expected, actual) values (1, 2, 'critical', 'the price differs', '10', '{"price": 9}');
insert into validation_metrics (session_id, name, value) values (1, 'latency', 12.5);
insert into behavioral_test_result (session_id, scenario, status, score, steps) values (1, 'refund', 'passed', 0.5, '["ask", "pay"]');
select dbops_insert('session_share', '{"session_id": 1, "owner": "ann", "shared_with": "bob", "may_write": true}');
-- psql: select pg_catalog.jsonb_typeof(configuration), configuration ->> 'target' from validation_session where id = 1;
-- sqlite3: select json_type(configuration), configuration ->> 'target' from validation_session where id = 1;

-- the history of statuses
begin;
select dbaudit_actor('carla') is not null;
update validation_session set status = 'running', started_at = '2026-01-01 10:00:00' where id = 1;
update validation_session set status = 'running' where id = 1;
commit;
update validation_session set status = 'passed' where id = 1;
update validation_session set status = 'cancelled' where id = 2;
select session_id, from_status, to_status from session_status_history order by id;
select table_name from dbaudit_tables() order by 1;
select action, actor = 'carla' from dbaudit_history('validation_session', 1) where actor = 'carla';

-- rules
insert into validation_session (name, owner, tags) values ('odd', 'ann', '[1]');
select message from dbcheck_row('discrepancy', '{"session_id": 2, "result_id": 2, "message": "elsewhere"}');
insert into behavioral_test_result (session_id, scenario, status) values (2, 'empty', 'failed');
select source, name, violations, severity, cast(sample_keys as text), message from dbcheck_run('{"sources": ["rule", "constraint"]}') order by name;
delete from behavioral_test_result where id = 2;
delete from validation_session where id = 3;
update validation_result set status = 'passed' where id = 2;
update validation_session set finished_at = '2026-01-01 10:00:30' where id = 1;
select source, name, violations from dbcheck_run('{"sources": ["rule", "constraint"]}');

-- statistics
update validation_session set created_at = '2026-01-01 09:00:00' where id = 1;
update validation_session set created_at = '2026-01-02 09:00:00' where id = 2;
update discrepancy set created_at = '2026-01-01 09:30:00';
-- equal rows have equal digests on both engines
select table_name, row_count, digest from dbsync_digest('validation_session');
select table_name, row_count, digest from dbsync_digest('discrepancy');
select session_id, name, status, results, passed, failed, open_discrepancies, cast(behavior_score as text) from session_statistics order by session_id;
select day, sessions, passed, failed, cast(round(average_seconds) as integer) from validation_trend order by day;
select * from discrepancy_trend;

-- deleted rows
select cast(dbarchive_delete('validation_session', 1, '{"reason": "repeated"}') ->> 'rows' as text);
select (select count(*) from validation_session_live), (select count(*) from validation_result_live), (select count(*) from discrepancy_live), (select count(*) from validation_metrics_live), (select count(*) from behavioral_test_result_live), (select count(*) from session_share_live);
select table_name, cast(row_key as text) from dbarchive_deleted() order by table_name, cast(row_key as text);
select dbops_count('validation_session'), dbops_count('validation_session', null, '{"deleted": true}');
select day, sessions from validation_trend order by day;
select dbarchive_restore('validation_session', 1) is not null;
select (select count(*) from validation_session_live), (select count(*) from validation_result_live), (select count(*) from discrepancy_live), (select count(*) from validation_metrics_live), (select count(*) from behavioral_test_result_live), (select count(*) from session_share_live);

-- policies
insert into processing_log (session_id, level, message, created_at) values (1, 'debug', 'old detail', '2020-01-01 00:00:00'), (1, 'error', 'old error', '2020-01-01 00:00:00'), (1, 'info', 'new', '2999-01-01 00:00:00');
insert into validation_metrics (session_id, name, value, created_at) values (2, 'latency', 9, '2020-01-01 00:00:00');
insert into session_status_history (session_id, to_status, changed_at) values (1, 'new', '2020-01-01 00:00:00');
update validation_session set deleted_at = '2020-01-01 00:00:00', created_at = '2019-01-01 00:00:00' where id = 2;
update validation_result set deleted_at = '2020-01-01 00:00:00' where session_id = 2;
update validation_metrics set deleted_at = '2020-01-01 00:00:00' where id = 2;
select table_name, name from dbarchive_policies() order by table_name, name;
call dbarchive_apply('{"pause_ms": 0}');
select id from processing_log order by id;
select id, name from validation_session order by id;
select count(*) from validation_result;
select id from validation_metrics order by id;
select id from validation_metrics_archive;
select count(*) from session_status_history where changed_at < '2021-01-01';
select name, row_count, error from dbarchive_policies() where row_count > 0 or error is not null order by table_name, name;
select * from dbinit_validate('validation_sessions');
select object, message from dbhealth_checks('{"level": "full"}') where severity <> 'ok' and object not like 'idle%' and (object like '%session%' or object like '%validation%' or object like '%discrepancy%' or object like '%behavioral%' or object like '%processing%') order by object, message;
