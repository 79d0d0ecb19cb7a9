-- the pack video_memory: what SQLite alone would accept
pragma foreign_keys = on;
select dbinit_run('video_memory') ->> 'success';
select count(*) from dbinit_validate('video_memory');
--> 1
--> 0

-- texts are no numbers, and times are readable
insert into videos (path, file_name, duration_seconds) values ('/a', 'a', 'long');
insert into videos (path, file_name, duration_seconds, keep_days) values ('/a', 'a', 1, 'long');
insert into videos (path, file_name, duration_seconds, created_at) values ('/a', 'a', 1, 'yesterday');
insert into videos (id, path, file_name, duration_seconds) values (1, '/a', 'a', 1);
insert into conversations (session, role, message, created_at) values ('a', 'user', 'a', 'yesterday');
--> ERROR: CHECK constraint failed: duration_seconds > 0 and duration_seconds < 1e9 (19)
--> ERROR: CHECK constraint failed: keep_days between 1 and 36500 (19)
--> ERROR: CHECK constraint failed: julianday(created_at) is not null (19)
--> ERROR: CHECK constraint failed: julianday(created_at) is not null (19)

-- content is JSON
insert into video_context (video_id, at_seconds, type, tool, content) values (1, 2, 'text', 'reader', '{"text"');
insert into video_context (video_id, at_seconds, type, tool, content) values (1, 'late', 'text', 'reader', '{"text": "a"}');
--> ERROR: CHECK constraint failed: video_context_content (19)
--> ERROR: CHECK constraint failed: at_seconds >= 0 and at_seconds < 1e9 (19)

-- dbcare itself finds nothing wrong
select check_id, message from dbhealth_checks('{"level": "full", "categories": ["integrity", "constraints", "performance", "operations"]}') where severity <> 'ok';
select count(*) from dbcheck_run();
--> 0

-- rows of connections without foreign keys
pragma foreign_keys = off;
insert into video_context (video_id, at_seconds, type, tool, content) values (99, 2, 'text', 'reader', '{"text": "a"}');
select object from dbinit_validate('video_memory');
select dbarchive_orphans('{"repair": true}') ->> 'rows';
select count(*) from dbinit_validate('video_memory');
--> expectation no context without a video
--> 1
--> 0

-- writers without dbcare: constraints and triggers do not need it
.shell sqlite3 -batch test.db "pragma foreign_keys = on; insert into memory (id, video_id, topic, content) values (5, 1, 'a', 'b'); delete from videos where id = 1;"
select rows_in_batch from dbarchive_deleted('videos');
select id, video_id from memory;
select dbarchive_restore('videos', 1) is not null;
select id, video_id from memory;
--> 1
--> 5|
--> 1
--> 5|1

-- lint finds nothing in its script
.once up.sql
select up_sql from dbcare_migration;
.open other.db
.read begin.inc
select rule, message from dbmigrate_lint(cast(readfile('up.sql') as text));
select length(readfile('up.sql')) > 1000;
--> 1
