-- the pack validation_platform on SQLite: a video that tests have used stays
pragma foreign_keys = on;
select dbinit_run('validation_platform') ->> 'success';
insert into projects (id, name, owner_name) values (1, 'Night', 'ann');
insert into videos (id, path, file_name, size_bytes, duration_seconds, frames_per_second, width, height) values (1, '/a', 'a', 1, 10, 25, 640, 480);
insert into test_sessions (id, project_id, video_id, name, detector) values (1, 1, 1, 'first', 'net 1');
delete from videos;
select dbarchive_delete('videos', 1);
select count(*) from videos;
delete from test_sessions;
delete from videos;
select table_name, rows_in_batch from dbarchive_deleted order by batch;
--> 1
--> ERROR: FOREIGN KEY constraint failed (19)
--> ERROR: dbcare: FOREIGN KEY constraint failed. In the statement, statement 1, line 1. (19)
--> 1
--> test_sessions|1
--> videos|1

-- texts are no numbers, and times are readable
insert into videos (path, file_name, size_bytes, duration_seconds, frames_per_second, width, height) values ('/b', 'b', 'big', 10, 25, 640, 480);
insert into videos (path, file_name, size_bytes, duration_seconds, frames_per_second, width, height) values ('/b', 'b', 1, 10, 25, 'wide', 480);
insert into test_sessions (project_id, video_id, name, detector, created_at) values (1, 1, 'first', 'net 1', 'yesterday');
insert into audit_logs (user_name, action, logged_at) values ('ann', 'login', 'yesterday');
insert into audit_logs (user_name, action, details) values ('ann', 'login', '{');
insert into audit_logs (user_name, action) values ('ann', 'login');
--> ERROR: CHECK constraint failed: size_bytes between 1 and 1000000000000000000 (19)
--> ERROR: CHECK constraint failed: width between 1 and 100000 (19)
--> ERROR: CHECK constraint failed: julianday(created_at) is not null (19)
--> ERROR: CHECK constraint failed: julianday(logged_at) is not null (19)
--> ERROR: CHECK constraint failed: details is null or json_valid(details) (19)

-- dbcare finds nothing wrong
select check_id, message from dbhealth_checks('{"level": "full", "categories": ["integrity", "constraints", "performance", "operations"]}') where severity <> 'ok';
select count(*) from dbcheck_run();
select count(*) from sqlite_schema where type = 'index' and sql is not null and tbl_name not glob 'dbcare_*';
--> 0
--> 38

-- a database made by another pack is left as it is, and the difference is named
.open other.db
.read begin.inc
select dbinit_run('video_memory') ->> 'success';
select dbinit_run('validation_platform') ->> '$.success', dbinit_run('validation_platform') ->> '$.errors[0].object';
select count(*) from sqlite_schema where name = 'projects';
select count(*) from dbinit_validate('video_memory');
--> 1
--> 0|column videos.status
--> 0
--> 0

-- lint finds nothing in its script
.open third.db
.read begin.inc
select dbinit_run('validation_platform') ->> 'success';
.once up.sql
select up_sql from dbcare_migration;
.open fourth.db
.read begin.inc
select rule, message from dbmigrate_lint(cast(readfile('up.sql') as text));
select length(readfile('up.sql')) > 1000;
--> 1
--> 1
