-- The pack validation_platform: constraints, cascades, rules, policies, files, restored rows.
-- sqlite3: pragma foreign_keys = on;
select name, tables, migrations, seeds, rules, policies from dbinit_packs() where name = 'validation_platform';
select cast(dbinit_run('validation_platform') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('validation_platform');
select code from object_types order by code;
select table_name from dbaudit_tables() order by 1;
select table_name, name from dbarchive_policies() order by 1, 2;
select table_name, mode from dbarchive_status() where policy is null order by 1;

-- a second run changes nothing, nor what users have changed
update object_types set name = 'Person on foot' where code = 'pedestrian';
select cast(dbinit_run('validation_platform') as text) like '%"records_created": 0%"records_updated": 0%';
select count(*) from dbinit_validate('validation_platform');
select count(*) from dbmigrate_status();
select name from object_types where code = 'pedestrian';

-- equal rows have equal digests on both engines, whatever the text of their times and JSON
begin;
insert into audit_logs (id, user_name, action, details, logged_at) values (1, 'ann', 'login', '{"b":1,"a":2}', '2026-01-01 01:00:00+01:00');
insert into videos (id, path, file_name, size_bytes, duration_seconds, frames_per_second, width, height, created_at) values (1, '/a', 'a', 1, 10, 29.97, 640, 480, '2026-01-01 00:00:00Z');
insert into ground_truth_objects (id, video_id, track, frame, at_seconds, object_type, x, y, width, height, is_difficult, created_at) values (1, 1, 1, 0, 0, 'other', 0, 0, 1, 1, true, '2026-01-01 00:00:00Z');
select digest from dbsync_digest('audit_logs');
select digest from dbsync_digest('videos');
select digest from dbsync_digest('ground_truth_objects');
rollback;

-- a test that is complete
select dbops_insert('projects', '[{"id": 1, "name": "Night", "owner_name": "ann"}, {"id": 2, "name": "Day", "owner_name": "bob", "status": "active"}]');
select dbops_insert('videos', '[{"id": 1, "path": "/v/1.mp4", "file_name": "1.mp4", "size_bytes": 1000, "duration_seconds": 60, "frames_per_second": 25, "width": 1920, "height": 1080},
	{"id": 2, "path": "/v/2.mp4", "file_name": "2.mp4", "size_bytes": 1000, "duration_seconds": 60, "frames_per_second": 29.97, "width": 640, "height": 480}]');
select dbops_insert('video_project_links', '[{"id": 1, "project_id": 1, "video_id": 1, "match_score": 0.5}, {"id": 2, "project_id": 2, "video_id": 2}]');
select dbops_insert('ground_truth_objects', '[{"id": 1, "video_id": 1, "track": 1, "frame": 0, "at_seconds": 0, "object_type": "pedestrian", "x": 10, "y": 10, "width": 50, "height": 100},
	{"id": 2, "video_id": 1, "track": 2, "frame": 0, "at_seconds": 0, "object_type": "cyclist", "x": 500, "y": 10, "width": 50, "height": 100, "is_difficult": true}]');
select dbops_insert('annotation_sessions', '[{"id": 1, "project_id": 1, "video_id": 1, "annotator": "cid", "frames_total": 1500}]');
select dbops_insert('annotations', '[{"id": 1, "video_id": 1, "annotation_session_id": 1, "frame": 0, "at_seconds": 0, "object_type": "pedestrian", "x": 10, "y": 10, "width": 50, "height": 100, "annotator": "cid"}]');
select dbops_insert('test_sessions', '[{"id": 1, "project_id": 1, "video_id": 1, "name": "first", "detector": "net 1", "status": "completed", "started_at": "2026-01-01 00:00:00", "completed_at": "2026-01-01 00:01:00"}]');
select dbops_insert('detection_events', '[{"id": 1, "test_session_id": 1, "frame": 0, "at_seconds": 0, "object_type": "pedestrian", "confidence": 0.9, "x": 12, "y": 10, "width": 50, "height": 100},
	{"id": 2, "test_session_id": 1, "frame": 5, "at_seconds": 0.2, "object_type": "animal", "confidence": 0.4, "x": 900, "y": 10, "width": 50, "height": 100}]');
select dbops_insert('detection_comparisons', '[{"id": 1, "test_session_id": 1, "detection_event_id": 1, "ground_truth_object_id": 1, "match_type": "true_positive", "overlap": 0.92},
	{"id": 2, "test_session_id": 1, "detection_event_id": 2, "match_type": "false_positive"}, {"id": 3, "test_session_id": 1, "ground_truth_object_id": 2, "match_type": "false_negative"}]');
select dbops_insert('test_results', '[{"id": 1, "test_session_id": 1, "true_positives": 1, "false_positives": 1, "false_negatives": 1, "precision_score": 0.5, "recall_score": 0.5, "f1_score": 0.5, "passed": false}]');
select dbops_insert('audit_logs', '[{"id": 1, "user_name": "ann", "action": "login", "address": "192.0.2.1", "logged_at": "2020-01-01 00:00:00"}, {"id": 2, "user_name": "ann", "action": "export", "project_id": 1, "details": {"rows": 7}, "address": "192.0.2.1", "logged_at": "2999-01-01 00:00:00"}]');
select source, name, violations from dbcheck_run('{"sources": ["constraint", "rule"]}');

-- rows that no table accepts: by name, and by the engine
select constraint_name from dbcheck_row('projects', '{"name": "", "owner_name": "", "camera_model": "", "camera_view": "top", "status": "open", "required_precision": 1.1, "required_recall": -1}') order by 1;
select dbops_insert('projects', '[{"name": "", "owner_name": "a"}, {"name": "Night", "owner_name": "a"}, {"name": "a", "owner_name": ""}, {"name": "a", "owner_name": "a", "camera_view": "top"}, {"name": "a", "owner_name": "a", "status": "open"},
	{"name": "a", "owner_name": "a", "required_precision": 1.1}, {"name": "a", "owner_name": "a", "required_recall": -0.1}]', '{"check": false, "on_error": "skip"}');
select constraint_name from dbcheck_row('videos', '{"path": "", "file_name": "", "size_bytes": 0, "duration_seconds": 0, "frames_per_second": 0, "width": 0, "height": 100001, "status": "new", "ground_truth": "some"}') order by 1;
select dbops_insert('videos', '[{"path": "/v/1.mp4", "file_name": "a", "size_bytes": 1, "duration_seconds": 1, "frames_per_second": 1, "width": 1, "height": 1}, {"path": "/a", "file_name": "", "size_bytes": 1, "duration_seconds": 1, "frames_per_second": 1, "width": 1, "height": 1},
	{"path": "/a", "file_name": "a", "size_bytes": 0, "duration_seconds": 1, "frames_per_second": 1, "width": 1, "height": 1}, {"path": "/a", "file_name": "a", "size_bytes": 1, "duration_seconds": 0, "frames_per_second": 1, "width": 1, "height": 1},
	{"path": "/a", "file_name": "a", "size_bytes": 1, "duration_seconds": 1, "frames_per_second": 1001, "width": 1, "height": 1}, {"path": "/a", "file_name": "a", "size_bytes": 1, "duration_seconds": 1, "frames_per_second": 1, "width": 0, "height": 1}]', '{"check": false, "on_error": "skip"}');
select constraint_name from dbcheck_row('video_project_links', '{"project_id": 1, "video_id": 1, "match_score": 2}') order by 1;
select dbops_insert('video_project_links', '[{"project_id": 1, "video_id": 1}, {"project_id": 9, "video_id": 1}, {"project_id": 1, "video_id": 9}, {"project_id": 1, "video_id": 2, "match_score": 2}]', '{"check": false, "on_error": "skip"}');
select constraint_name from dbcheck_row('ground_truth_objects', '{"video_id": 9, "track": -1, "frame": -1, "at_seconds": -1, "object_type": "ghost", "x": -1, "y": -1, "width": 0, "height": 0, "confidence": 1.5, "status": "new"}') order by 1;
select constraint_name from dbcheck_row('ground_truth_objects', '{"video_id": 1, "track": 1, "frame": 0, "at_seconds": 0, "object_type": "other", "x": 0, "y": 0, "width": 1, "height": 1}') order by 1;
select dbops_insert('ground_truth_objects', '[{"video_id": 1, "track": 1, "frame": 0, "at_seconds": 0, "object_type": "other", "x": 0, "y": 0, "width": 1, "height": 1}, {"video_id": 1, "track": 3, "frame": 0, "at_seconds": 0, "object_type": "ghost", "x": 0, "y": 0, "width": 1, "height": 1},
	{"video_id": 1, "track": 3, "frame": 0, "at_seconds": 0, "object_type": "other", "x": -1, "y": 0, "width": 1, "height": 1}, {"video_id": 1, "track": 3, "frame": 0, "at_seconds": 0, "object_type": "other", "x": 0, "y": 0, "width": 0, "height": 1},
	{"video_id": 1, "track": 3, "frame": 0, "at_seconds": 0, "object_type": "other", "x": 0, "y": 0, "width": 1, "height": 1, "confidence": 1.5}]', '{"check": false, "on_error": "skip"}');
select constraint_name from dbcheck_row('annotation_sessions', '{"project_id": 9, "video_id": 9, "annotator": "", "status": "done", "frames_done": -1, "frames_total": 0}') order by 1;
select constraint_name from dbcheck_row('annotation_sessions', '{"project_id": 1, "video_id": 1, "annotator": "a", "status": "completed", "frames_done": 2, "frames_total": 1}') order by 1;
select dbops_insert('annotation_sessions', '[{"project_id": 1, "video_id": 1, "annotator": "a", "frames_done": 2, "frames_total": 1}, {"project_id": 1, "video_id": 1, "annotator": "a", "status": "completed", "frames_total": 1},
	{"project_id": 1, "video_id": 1, "annotator": "a", "completed_at": "2026-01-01 00:00:00", "frames_total": 1}]', '{"check": false, "on_error": "skip"}');
select constraint_name from dbcheck_row('annotations', '{"video_id": 9, "annotation_session_id": 9, "frame": -1, "at_seconds": -1, "object_type": "ghost", "x": -1, "y": -1, "width": 0, "height": 0, "annotator": "", "status": "new", "reviewer": ""}') order by 1;
select constraint_name from dbcheck_row('annotations', '{"video_id": 1, "frame": 0, "at_seconds": 0, "object_type": "other", "x": 0, "y": 0, "width": 1, "height": 1, "annotator": "a", "status": "approved"}') order by 1;
select dbops_update('annotations', '{"status": "approved", "reviewer": "dan"}', '{"id": 1}');
select constraint_name from dbcheck_row('annotations', '{"video_id": 1, "frame": 0, "at_seconds": 0, "object_type": "other", "x": 0, "y": 0, "width": 1, "height": 1, "annotator": "a", "status": "approved", "reviewer": "a"}') order by 1;
select constraint_name from dbcheck_row('test_sessions', '{"project_id": 9, "video_id": 9, "name": "", "detector": "", "tolerance_ms": -1, "status": "new"}') order by 1;
select constraint_name from dbcheck_row('test_sessions', '{"project_id": 1, "video_id": 1, "name": "first", "detector": "a", "status": "completed"}') order by 1;
select constraint_name from dbcheck_row('test_sessions', '{"project_id": 1, "video_id": 1, "name": "a", "detector": "a", "status": "completed", "started_at": "2026-01-01 00:01:00", "completed_at": "2026-01-01 00:00:00"}') order by 1;
select dbops_insert('test_sessions', '[{"project_id": 1, "video_id": 1, "name": "first", "detector": "a"}, {"project_id": 1, "video_id": 1, "name": "a", "detector": "a", "status": "running"}, {"project_id": 1, "video_id": 1, "name": "a", "detector": "a", "completed_at": "2026-01-01 00:00:00"}]', '{"check": false, "on_error": "skip"}');
select constraint_name from dbcheck_row('detection_events', '{"test_session_id": 9, "frame": -1, "at_seconds": -1, "object_type": "ghost", "confidence": 2, "x": -1, "y": -1, "width": 0, "height": 0, "processing_ms": -1}') order by 1;
select dbops_insert('detection_events', '[{"test_session_id": 1, "frame": 0, "at_seconds": 0, "object_type": "other", "confidence": 1.1, "x": 0, "y": 0, "width": 1, "height": 1}, {"test_session_id": 1, "frame": 0, "at_seconds": 0, "object_type": "other", "confidence": 1, "x": 0, "y": 0, "width": 1, "height": 0},
	{"test_session_id": 9, "frame": 0, "at_seconds": 0, "object_type": "other", "confidence": 1, "x": 0, "y": 0, "width": 1, "height": 1}]', '{"check": false, "on_error": "skip"}');
select constraint_name from dbcheck_row('detection_comparisons', '{"test_session_id": 9, "detection_event_id": 9, "ground_truth_object_id": 9, "match_type": "maybe", "overlap": 2, "offset_ms": 1e10}') order by 1;
select constraint_name from dbcheck_row('detection_comparisons', '{"test_session_id": 1, "match_type": "true_positive"}') order by 1;
select constraint_name from dbcheck_row('detection_comparisons', '{"test_session_id": 1, "detection_event_id": 1, "ground_truth_object_id": 1, "match_type": "true_positive", "overlap": 0.5}') order by 1;
select dbops_insert('detection_comparisons', '[{"test_session_id": 1, "match_type": "true_positive", "overlap": 0.5}, {"test_session_id": 1, "match_type": "false_positive"}, {"test_session_id": 1, "detection_event_id": 1, "match_type": "false_positive"}]', '{"check": false, "on_error": "skip"}');
select constraint_name from dbcheck_row('test_results', '{"test_session_id": 1, "true_positives": -1, "false_positives": -1, "false_negatives": -1, "precision_score": 2, "recall_score": 2, "f1_score": 2, "passed": true}') order by 1;
select constraint_name from dbcheck_row('audit_logs', '{"user_name": "", "action": "", "project_id": 9, "entity": "", "address": ""}') order by 1;
select count(*) from dbcheck_constraints();

-- rules find what no constraint can
select dbops_insert('ground_truth_objects', '{"id": 12, "video_id": 2, "track": 1, "frame": 9, "at_seconds": 0.3, "object_type": "other", "x": 600, "y": 0, "width": 50, "height": 100}');
select dbops_insert('annotations', '{"id": 12, "video_id": 2, "frame": 9, "at_seconds": 61, "object_type": "other", "x": 0, "y": 0, "width": 50, "height": 100, "annotator": "a"}');
select dbops_insert('test_sessions', '[{"id": 12, "project_id": 1, "video_id": 2, "name": "second", "detector": "net 2", "status": "completed", "started_at": "2026-01-01 00:00:00", "completed_at": "2026-01-01 00:01:00"},
	{"id": 13, "project_id": 2, "video_id": 2, "name": "third", "detector": "net 2", "status": "running", "started_at": "2026-01-01 00:00:00"},
	{"id": 14, "project_id": 2, "video_id": 2, "name": "fourth", "detector": "net 2", "status": "completed", "started_at": "2026-01-01 00:00:00", "completed_at": "2026-01-01 00:00:00"}]');
select dbops_insert('detection_events', '{"id": 12, "test_session_id": 12, "frame": 0, "at_seconds": 0, "object_type": "other", "confidence": 0.4, "x": 0, "y": 400, "width": 50, "height": 100}');
select dbops_insert('detection_comparisons', '{"id": 12, "test_session_id": 12, "ground_truth_object_id": 1, "match_type": "false_negative"}');
select dbops_insert('test_results', '{"id": 12, "test_session_id": 14, "true_positives": 3, "false_positives": 1, "false_negatives": 0, "precision_score": 0.9, "recall_score": 1, "f1_score": null, "passed": true}');
select name, violations, severity, sample_keys from dbcheck_run('{"sources": ["rule"]}') order by name;
select cast(dbcheck_repair('{"rules": ["test_sessions_end"], "dry_run": false}') ->> 'message' as text);
select status from test_sessions where id = 13;

-- a project is deleted with all its tests, and comes back with them
delete from projects where id = 1;
select (select count(*) from test_sessions), (select count(*) from detection_events), (select count(*) from detection_comparisons), (select count(*) from test_results), (select count(*) from video_project_links),
	(select count(*) from annotation_sessions), (select count(annotation_session_id) from annotations), (select count(*) from ground_truth_objects), (select count(project_id) from audit_logs);
select cast(row_key as text), rows_in_batch from dbarchive_deleted('projects');
select cast(dbarchive_restore('projects', 1) ->> 'links' as text);
select (select count(*) from test_sessions), (select count(*) from detection_events), (select count(*) from detection_comparisons), (select count(*) from test_results), (select count(*) from video_project_links),
	(select count(*) from annotation_sessions), (select count(annotation_session_id) from annotations), (select count(*) from ground_truth_objects), (select count(project_id) from audit_logs);
select count(*) from dbcheck_constraints();

-- policies: abandoned tests, old logs
update test_sessions set created_at = '2020-01-01 00:00:00' where id in (1, 13);
call dbarchive_apply();
select id from test_sessions order by id;
select id, address from audit_logs order by id;
select id, user_name, address from audit_logs_archive;
select table_name, name, row_count, error from dbarchive_policies() order by table_name, name;

-- deleted videos are purged after 30 days, and leave their files
delete from projects where id = 1;
delete from videos where id = 1;
call dbarchive_apply('{"relation": "videos"}');
select count(*) from dbarchive_files();
call dbarchive_apply('{"relation": "videos", "purge_deleted_after_days": 0}');
select path from dbarchive_files();
select count(*) from ground_truth_objects where video_id = 1;

-- the pack video_memory has another table videos: nothing is changed
select cast(dbinit_run('video_memory') as text) like '%videos.status"%exists with another definition%"success": false%';
select count(*) from dbinit_validate('validation_platform');
select count(*) from dbmigrate_status();

-- health checks find nothing, nor after policies have run
select check_id, object, message from dbhealth_checks('{"level": "full", "checks": ["schema_drift", "implied_fk_missing", "missing_fk_index", "fk_type_mismatch", "missing_primary_key", "duplicate_indexes", "redundant_indexes", "retention_policies", "archive_triggers", "orphaned_rows", "constraint_violations"]}') where severity <> 'ok';

-- damage is found and repaired
drop index test_sessions_project;
drop table test_results;
select object, issue from dbinit_validate('validation_platform') order by object;
select cast(dbinit_repair('validation_platform') ->> 'success' as text) in ('true', '1');
select count(*) from dbinit_validate('validation_platform');
select cast(dbmigrate_rollback() ->> 'rolled_back' as text);
select object, issue from dbinit_validate('validation_platform') where object like 'migration%';
