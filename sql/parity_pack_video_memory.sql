-- The pack video_memory: constraints, cascades, rules, policies, files, restored rows.
-- sqlite3: pragma foreign_keys = on;
select name, tables, migrations, seeds, rules, policies from dbinit_packs() where name = 'video_memory';
select cast(dbinit_run('video_memory') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('video_memory');
select kind, keep_days from video_kinds order by kind;
select table_name from dbaudit_tables() order by 1;
select table_name, name from dbarchive_policies() order by 1, 2;
select table_name, mode from dbarchive_status() where policy is null order by 1;

-- a second run changes nothing, nor what users have changed
update video_kinds set keep_days = 60 where kind = 'recording';
select cast(dbinit_run('video_memory') as text) like '%"records_created": 0%"records_updated": 0%';
select count(*) from dbinit_validate('video_memory');
select count(*) from dbmigrate_status();
select keep_days from video_kinds where kind = 'recording';
update video_kinds set keep_days = 90 where kind = 'recording';

-- equal rows have equal digests on both engines, whatever the text of their times and JSON
begin;
insert into videos (id, path, file_name, duration_seconds, created_at) values (1, '/v/1.mp4', '1.mp4', 10.5, '2026-01-01 00:00:00Z');
insert into video_context (id, video_id, at_seconds, type, tool, content, created_at) values (1, 1, 0.1, 'text', 'reader', '{"text":"a",  "at": [1]}', '2026-01-01 01:00:00+01:00');
select digest from dbsync_digest('videos');
select digest from dbsync_digest('video_context');
rollback;

-- rows that no table accepts: by name, and by the engine
insert into videos (id, path, file_name, kind, duration_seconds) values (1, '/v/lecture.mp4', 'lecture.mp4', 'lecture', 3600.5);
select constraint_name from dbcheck_row('videos', '{"path": "", "file_name": "", "kind": "film", "duration_seconds": 0, "status": "done", "keep_days": 0}') order by 1;
select constraint_name from dbcheck_row('videos', '{"path": "/v/lecture.mp4", "duration_seconds": 1e9}') order by 1;
select dbops_insert('videos', '[{"path": "/v/lecture.mp4", "file_name": "a", "duration_seconds": 1}, {"path": "", "file_name": "a", "duration_seconds": 1}, {"path": "/a", "file_name": "", "duration_seconds": 1},
	{"path": "/a", "file_name": "a", "duration_seconds": 0}, {"path": "/a", "file_name": "a", "duration_seconds": -1}, {"path": "/a", "file_name": "a", "duration_seconds": 1e9}, {"path": "/a", "file_name": "a"},
	{"path": "/a", "file_name": "a", "duration_seconds": 1, "status": "lost"}, {"path": "/a", "file_name": "a", "duration_seconds": 1, "kind": "film"},
	{"path": "/a", "file_name": "a", "duration_seconds": 1, "keep_days": 0}, {"path": "/a", "file_name": "a", "duration_seconds": 1, "created_at": null}]', '{"check": false, "on_error": "skip"}');
select constraint_name from dbcheck_row('video_kinds', '{"kind": "", "description": "", "keep_days": 36501}') order by 1;
select dbops_insert('video_kinds', '[{"kind": "", "description": "a"}, {"kind": "a", "description": ""}, {"kind": "a", "description": "a", "keep_days": 0}, {"kind": "other", "description": "a"}]', '{"check": false, "on_error": "skip"}');
select dbops_insert('memory', '[{"topic": "", "content": "a"}, {"topic": "a", "content": ""}, {"topic": "a", "content": "a", "importance": 6}, {"topic": "a", "content": "a", "video_id": 9}]', '{"check": false, "on_error": "skip"}');
select dbops_insert('conversations', '[{"session": "", "role": "user", "message": "a"}, {"session": "a", "role": "robot", "message": "a"}, {"session": "a", "role": "user", "message": ""}, {"session": "a", "role": "user", "message": "a", "video_id": 9}]', '{"check": false, "on_error": "skip"}');

-- what was found has a text, by its type
select dbops_insert('video_context', '[{"id": 1, "video_id": 1, "at_seconds": 0, "type": "frame", "tool": "viewer", "content": {"description": "a slide"}},
	{"id": 2, "video_id": 1, "at_seconds": 1.5, "type": "speech", "tool": "listener", "content": {"words": "hello"}, "confidence": 0.9},
	{"id": 3, "video_id": 1, "at_seconds": 1.5, "type": "text", "tool": "reader", "content": {"text": "Chapter 1"}},
	{"id": 4, "video_id": 1, "at_seconds": 1.5, "type": "object", "tool": "finder", "content": {"label": "lectern", "box": [1, 2, 30, 40]}}]');
-- what is true of a whole video has no time, and the rule about times does not apply
begin;
select dbops_insert('video_context', '{"id": 6, "video_id": 1, "at_seconds": null, "type": "text", "tool": "summary", "content": {"text": "An introduction"}}');
select count(*) from video_context where at_seconds is null;
select count(*) from dbcheck_run('{"sources": ["rule"]}');
rollback;
select constraint_name from dbcheck_row('video_context', '{"video_id": 9, "at_seconds": -1, "type": "smell", "tool": "", "content": {}, "confidence": 1.5}') order by 1;
select constraint_name from dbcheck_row('video_context', '{"video_id": 1, "at_seconds": 1.5, "type": "object", "tool": "finder", "content": {"label": "chair"}}') order by 1;
select dbops_insert('video_context', '[{"video_id": 9, "at_seconds": 2, "type": "object", "tool": "finder", "content": {"label": "chair"}}, {"video_id": 1, "at_seconds": 1.5, "type": "object", "tool": "finder", "content": {"label": "chair"}},
	{"video_id": 1, "at_seconds": -0.1, "type": "object", "tool": "finder", "content": {"label": "chair"}}, {"video_id": 1, "at_seconds": 2, "type": "smell", "tool": "finder", "content": {"label": "chair"}},
	{"video_id": 1, "at_seconds": 2, "type": "object", "tool": "", "content": {"label": "chair"}}, {"video_id": 1, "at_seconds": 2, "type": "object", "tool": "finder", "content": {"words": "chair"}},
	{"video_id": 1, "at_seconds": 2, "type": "object", "tool": "finder", "content": {"label": 7}}, {"video_id": 1, "at_seconds": 2, "type": "speech", "tool": "listener", "content": ["words"]},
	{"video_id": 1, "at_seconds": 2, "type": "frame", "tool": "viewer", "content": "description"}, {"video_id": 1, "at_seconds": 2, "type": "text", "tool": "reader", "content": {"text": null}},
	{"video_id": 1, "at_seconds": 2, "type": "object", "tool": "finder", "content": {"label": "chair"}, "confidence": 1.1}, {"video_id": 1, "at_seconds": 2, "type": "object", "tool": "finder"}]', '{"check": false, "on_error": "skip"}');
select count(*) from dbcheck_constraints();

-- rules find what no constraint can
insert into videos (id, path, file_name, kind, duration_seconds, status, created_at) values (2, '/v/2.mp4', 'two.mp4', 'other', 10, 'processing', '2020-01-01 00:00:00');
insert into video_context (id, video_id, at_seconds, type, tool, content) values (5, 2, 11, 'object', 'finder', '{"label": "chair"}');
select name, violations, severity, sample_keys, message from dbcheck_run() where source = 'rule' order by name;
delete from videos where id = 2;

-- a deleted video takes its context and conversations along, and comes back with them
insert into memory (id, video_id, topic, content) values (1, 1, 'greeting', 'it begins with hello');
insert into conversations (id, session, video_id, role, message, created_at) values
	(1, 'a', 1, 'user', 'what is this?', '2020-01-01 00:00:00'), (2, 'a', 1, 'assistant', 'a lecture', '2999-01-01 00:00:00');
insert into conversations_archive values (99, 'b', 1, 'user', 'hello', '2019-01-01 00:00:00');
delete from videos where id = 1;
select (select count(*) from video_context), (select count(*) from conversations), (select count(*) from conversations_archive), (select count(video_id) from memory);
select rows_in_batch from dbarchive_deleted('videos') where cast(row_key as text) = '1';
select cast(dbarchive_restore('videos', 1) ->> 'links' as text);
select (select count(*) from video_context), (select count(*) from conversations), (select count(*) from conversations_archive), (select count(video_id) from memory);

-- policies: what is due
insert into videos (id, path, file_name, kind, duration_seconds, keep_days, created_at) values
	(11, '/v/old.mp4', 'old.mp4', 'recording', 10, null, '2020-01-01 00:00:00'), (12, '/v/kept.mp4', 'kept.mp4', 'recording', 10, 36500, '2020-01-01 00:00:00'),
	(13, '/v/short.mp4', 'short.mp4', 'lecture', 10, 1, '2020-01-01 00:00:00'), (14, '/v/long.mp4', 'long.mp4', 'lecture', 10, null, '2020-01-01 00:00:00'),
	(15, '/v/new.mp4', 'new.mp4', 'recording', 10, null, '2999-01-01 00:00:00'), (16, '/v/year.mp4', 'year.mp4', 'meeting', 10, null, '2020-01-01 00:00:00');
insert into conversations (id, session, video_id, role, message, created_at) values (3, 'c', 11, 'user', 'and this?', '2999-01-01 00:00:00');
select dbarchive_hold('videos', 16, 'case 12') is not null;
call dbarchive_apply();
select id from videos order by id;
select session, message from conversations order by id;
select session, message from conversations_archive order by id;
select table_name, name, row_count, error from dbarchive_policies() order by table_name, name;
select cast(row_key as text) from dbarchive_deleted('videos') order by 1;

-- purged a week later: files are left
select count(*) from dbarchive_files();
call dbarchive_apply('{"purge_deleted_after_days": 0}');
select path from dbarchive_files() order by path;
select count(*) from dbarchive_deleted();
select count(*) from conversations where session = 'c';

-- rows without a parent, on a connection that does not enforce foreign keys
-- sqlite3: pragma foreign_keys = off;
-- psql: set session_replication_role = replica;
delete from video_context where video_id = 1 and type = 'frame';
insert into video_context (id, video_id, at_seconds, type, tool, content) values (77, 4711, 2, 'object', 'finder', '{"label": "chair"}');
-- sqlite3: pragma foreign_keys = on;
-- psql: reset session_replication_role;
select object, issue from dbinit_validate('video_memory');
select cast(dbarchive_orphans('{"repair": true}') ->> 'rows' as text);
select count(*) from video_context where video_id = 4711;
select count(*) from dbinit_validate('video_memory');

-- health checks find nothing, nor after policies have run
select check_id, object, message from dbhealth_checks('{"level": "full", "checks": ["schema_drift", "implied_fk_missing", "missing_fk_index", "fk_type_mismatch", "missing_primary_key", "duplicate_indexes", "redundant_indexes", "retention_policies", "archive_triggers", "orphaned_rows", "constraint_violations"]}') where severity <> 'ok';

-- damage is found and repaired
drop index conversations_session;
select object like '%conversations_session', issue from dbinit_validate('video_memory');
select cast(dbinit_repair('video_memory') ->> 'success' as text) in ('true', '1');
select count(*) from dbinit_validate('video_memory');

select cast(dbmigrate_rollback() ->> 'rolled_back' as text);
select object, issue from dbinit_validate('video_memory') where object like 'migration%';
