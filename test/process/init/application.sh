#!/bin/bash
# From an empty database to a running application on SQLite, to PostgreSQL and
# back with equal digests, and a part of it without personal data.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
# the server reads and writes there, too
out=$tmp/out
mkdir "$out"
chmod 777 "$out"

# ask ENGINE DATABASE SQL
ask() { "$1" "$2" <<<"$3" 2>&1 || true; }
digests() { ask "$1" "$2" "select replace(table_name, 'public.', ''), row_count, digest from dbsync_digest();" | sort; }
ready()
{
	"${1}_new" "$2"
	like "$(ask "$1" "$2" "select dbinit_run('validation_platform');")" '"success": true' "$1: an empty database is initialised: $2"
}
# a file is for the account that wrote it
share() { chmod 644 "$out/$1" 2>"$tmp/error" || true; }
sound()
{
	is "$(ask "$1" "$2" "select * from dbinit_validate('validation_platform'); select * from dbcheck_run('{\"sources\": [\"constraint\", \"rule\"]}');")" \
		'' "$1: $3"
}

# ---- the application on SQLite ----

ready sqlite app
sqlite app <<-'END' >"$tmp/work" 2>&1
	pragma foreign_keys = on;
	select dbops_insert('projects', '[{"name": "Night drive", "owner_name": "hidden-ann", "required_recall": 0.5}, {"name": "Car park", "owner_name": "hidden-bob"}, {"name": "Abandoned", "owner_name": "hidden-cid"}]');
	with recursive s(i) as (select 1 union all select i + 1 from s where i < 300)
	select dbops_insert('videos', json_group_array(json_object('path', '/videos/' || i || '.mp4', 'file_name', i || '.mp4', 'size_bytes', 5000000 + i,
	    'duration_seconds', 60.5 + i, 'frames_per_second', 29.97, 'width', 1920, 'height', 1080)), '{"keys": false}') from s;
	with recursive s(i) as (select 1 union all select i + 1 from s where i < 300)
	select dbops_insert('video_project_links', json_group_array(json_object('project_id', i % 2 + 1, 'video_id', i, 'reason', 'für ' || i || ' 🚲')), '{"keys": false}') from s;
	with recursive s(i) as (select 1 union all select i + 1 from s where i < 100)
	select dbops_insert('test_sessions', json_group_array(json_object('project_id', i % 2 + 1, 'video_id', i, 'name', 'run ' || i, 'detector', 'net 1')), '{"keys": false}') from s;
	with recursive s(i) as (select 0 union all select i + 1 from s where i < 999)
	select dbops_insert('detection_events', json_group_array(json_object('test_session_id', i / 10 + 1, 'frame', 100 + i % 10, 'at_seconds', 4.02 + i % 10 / 30.0, 'object_type', 'pedestrian',
	    'confidence', i % 100 / 99.0, 'x', 104, 'y', 200, 'width', 40, 'height', 120)), '{"keys": false}') from s;
	select dbops_insert('audit_logs', '[{"user_name": "hidden-ann", "action": "login", "project_id": 1}, {"user_name": "hidden-bob", "action": "login", "project_id": 2}]', '{"keys": false}');
	select dbops_insert('object_types', '{"code": "scooter", "name": "Scooter"}');
	select dbops_update('test_sessions', json_object('status', 'running', 'started_at', strftime('%Y-%m-%d %H:%M:%f', 'now')), '{"id": {"lte": 50}}', '{"keys": false}');
END
is "$(grep -c '"failed": 0' "$tmp/work") $(grep -c '"affected": 50' "$tmp/work")" '7 1' 'rows are inserted and changed'

# page by page: each video once
pages='with recursive page(n, answer) as (
	select 1, dbops_select(%s, %s) union all
	select n + 1, dbops_select(%s, %s) from page where %s)
	select sum(%s) from page;'
sqlite_page="json_object('columns', json_array('id'), 'sort', json_array('-duration_seconds'), 'limit', 70, 'after', json(answer ->> 'next'))"
postgresql_page="jsonb_build_object('columns', jsonb_build_array('id'), 'sort', jsonb_build_array('-duration_seconds'), 'limit', 70, 'after', answer -> 'next')"
first="'{\"columns\": [\"id\"], \"sort\": [\"-duration_seconds\"], \"limit\": 70}'"
# shellcheck disable=SC2059
is "$(ask sqlite app "$(printf "$pages" "'videos'" "$first" "'videos'" "$sqlite_page" "answer ->> 'next' is not null" "json_array_length(answer, '\$.rows')")")" \
	300 'sqlite: pages have all rows'
is "$(ask sqlite app "pragma foreign_keys = on;
	select dbarchive_delete('projects', 1) ->> 'rows'; select count(*) from detection_events;
	select dbarchive_restore('projects', 1) ->> 'rows'; select count(*) from detection_events;
	select dbarchive_delete('projects', 3) ->> 'rows'; select count(*) from dbarchive_deleted('projects');")" \
	"$(printf '%s\n' 701 500 701 1000 1 1)" 'a project is deleted with its tests, and restored'
sound sqlite app 'the application leaves no problems'
like "$(ask sqlite app "select dbsync_export('$out/app');")" '"rows": 1713' 'all rows are written to a file'
share app
usual=$(digests sqlite app)

# ---- moved to PostgreSQL ----

ready postgresql app
like "$(ask postgresql app "select dbsync_import('$out/app');")" \
	'object_types already has 8 rows with primary keys of the file.*Their values are equal.*"on_conflict": "skip"' \
	'seeds are there: the error says how many rows, and what to do'
like "$(ask postgresql app "select dbsync_import('$out/app', '{\"on_conflict\": \"overwrite\"}');")" '"written": 1713' 'all rows are imported'
is "$(digests postgresql app)" "$usual" 'every table has the same digest'
is "$(ask postgresql app "select count(*), sum(only_here + only_there + different) from dbsync_compare('$out/app');")" '13 0' 'no row differs'
sound postgresql app 'the database is ready, its rows are valid'
is "$(ask postgresql app 'select count(*) from dbarchive_deleted();')" 0 'deleted rows stay in the old database'
# shellcheck disable=SC2059
is "$(ask postgresql app "$(printf "$pages" "'videos'" "$first" "'videos'" "$postgresql_page" "answer ->> 'next' is not null" "jsonb_array_length(answer -> 'rows')")")" \
	300 'postgresql: pages have all rows'

# the application goes on, as a role that owns nothing
postgresql app <<-'END' >"$tmp/made" 2>&1
	create role app;
	grant select, insert, update, delete on all tables in schema public to app;
	grant usage on all sequences in schema public to app;
	grant execute on function dbops_insert, dbops_update, dbops_delete to app;
	select dbcare_grant('app', 'archive');
END
is "$(ask postgresql app "set role app;
	select dbops_insert('projects', '{\"name\": \"Next\", \"owner_name\": \"hidden-eve\"}') ->> 'keys';
	select dbops_insert('video_project_links', '{\"project_id\": 3, \"video_id\": 7}') ->> 'failed';
	select dbops_insert('test_sessions', '{\"project_id\": 3, \"video_id\": 7, \"name\": \"next\", \"detector\": \"net 2\"}') ->> 'keys';
	select dbops_insert('detection_events', '{\"test_session_id\": 101, \"frame\": 1, \"at_seconds\": 0, \"object_type\": \"scooter\", \"confidence\": 0.1, \"x\": 1, \"y\": 1, \"width\": 1, \"height\": 1}') ->> 'keys';
	select dbops_update('projects', '{\"status\": \"active\"}', '{\"id\": 3}') ->> 'affected';
	select dbarchive_delete('projects', 2) ->> 'rows';")" "$(printf '%s\n' '[3]' 0 '[101]' '[1001]' 1 701)" 'the application goes on, keys behind those of the file'
is "$(ask postgresql app "select dbarchive_restore('projects', 2) ->> 'rows'; select action from dbaudit_log('{\"table\": \"projects\", \"limit\": 2}') order by id;")" \
	"$(printf '%s\n' 701 delete insert)" 'the owner restores what it deleted; changes are logged'
sound postgresql app 'the database is still ready'

# ---- and back ----

like "$(ask postgresql app "select dbsync_export('$out/back');")" '"rows": 1717' 'all rows are written to a file of the server'
share back
ready sqlite back
like "$(ask sqlite back "select dbsync_import('$out/back', '{\"on_conflict\": \"overwrite\"}');")" '"written": 1717' 'they are imported on SQLite'
is "$(digests sqlite back)" "$(digests postgresql app)" 'every table has the same digest again'
sound sqlite back 'the copy is ready'
is "$(ask sqlite back "select dbops_insert('projects', '{\"name\": \"Last\", \"owner_name\": \"fay\"}') ->> 'keys';")" '[4]' 'the application goes on there'

# ---- one project, without personal data ----

part="\"mask\": true, \"where\": {\"projects\": \"id = 2\", \"audit_logs\": \"project_id = 2\", \"videos\": \"id in (select video_id from video_project_links where project_id = 2)\"}"
for engine in sqlite postgresql; do
	ask $engine app "select dbaudit_enable('projects', '{\"mask\": [\"owner_name\"]}'); select dbaudit_enable('audit_logs', '{\"mask\": [\"user_name\"]}');" >"$tmp/made"
	like "$(ask $engine app "select dbsync_export('$out/part_$engine', '{$part}');")" '"masked": 2' "$engine: one project is exported"
	is "$(grep -c hidden "$out/part_$engine")" 0 "$engine: ... without names"
	share "part_$engine"
done
ready postgresql part
like "$(ask postgresql part "select dbsync_import('$out/part_sqlite', '{\"on_conflict\": \"skip\"}');")" '"rows": 861, .*"written": 853' 'it is imported elsewhere'
is "$(ask postgresql part "select id, name, owner_name from projects; select count(*) from videos; select count(distinct test_session_id) from detection_events; select count(*) from dbcheck_orphans();")" \
	"$(printf '%s\n' '2 Car park masked 1' 150 50 0)" '... as a whole'
sound postgresql part 'the part is ready, and its rows are valid'
is "$(ask postgresql part "select count(*), sum(only_here + only_there + different) from dbsync_compare('$out/part_postgresql');")" '13 0' \
	'both engines export the same part'
finish
