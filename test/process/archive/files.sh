#!/bin/bash
# Files of rows that are deleted for good are listed, unless another row names
# them, and stay listed until somebody has removed them.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
for engine in postgresql sqlite; do
	"${engine}_new" shop
	if [ $engine = postgresql ]; then
		own=dbcare. place=public. call=call
	else
		own=dbcare_ place= call=select
	fi
	# run SQL: without what calls of procedures return
	run()
	{
		"$engine" shop <<<"$1" | grep -v duration_ms || true
	}
	is "$(run 'select count(*) from dbarchive_files()')" 0 "$engine: nothing is listed without dbcare's tables"
	"$engine" shop <<-END >"$tmp/made"
		create table scan (id integer primary key, file text);
		create table page (id integer primary key, image text, deleted_at timestamp);
		select dbarchive_enable('scan', '{"file_column": "file"}') is null, dbarchive_enable('scan') is null, dbarchive_enable('page') is null;
		insert into ${own}policy (policy_id, table_id, table_name, name, options, created_by) values
			(1, 0, '${place}page', 'files', '{"file_column": "image"}', 'a'),
			(2, 0, '${place}page', 'other', '{}', 'a'), (3, 0, '${place}page', 'gone', '{"file_column": "nothing"}', 'a');
		insert into scan values (1, '/a'), (2, '/b'), (3, '/b'), (4, null), (5, '/c''"'), (6, '/d');
		insert into page (id, image) values (1, '/x'), (2, '/y'), (3, '/y');
		delete from scan where id <= 2;
		select dbarchive_delete('page', 1) is null, dbarchive_delete('page', 2) is null;
		select dbarchive_hold('scan', 6, 'reason') is null;
	END
	run 'delete from scan where id >= 4' >>"$tmp/made"
	is "$(run 'select count(*) from dbarchive_files()')" 0 "$engine: files of deleted rows are kept"
	run "$call dbarchive_purge('scan', '{\"older_than_days\": 0, \"dry_run\": true}')" >"$tmp/made"
	is "$(run 'select count(*) from dbarchive_files()')" 0 "$engine: ... in a dry run, too"
	run "$call dbarchive_purge('scan', '{\"older_than_days\": 0}'); $call dbarchive_purge('page', '{\"older_than_days\": 0}')" >"$tmp/made"
	is "$(run "select replace(table_name, 'public.', ''), row_key, path, left_by is null, removed_at is null from dbarchive_files() order by path" | sed 's/ t$/ 1/; s/ f / 0 /')" \
		'scan 1 /a 0 1
page 1 /x 0 1' "$engine: what rows have left, unless another row names it, or is held"
	like "$(run "select dbarchive_files_done('[99]')")" 'file 99 does not exist' "$engine: a file must exist"
	like "$(run "select dbarchive_files_done('7')")" 'is not an array' "$engine: an array"
	like "$(run "select dbarchive_files_done('[\"a\"]')")" 'not a number' "$engine: ... of numbers"
	id=$(run "select id from dbarchive_files() where path = '/a'")
	is "$(run "select dbarchive_files_done('[$id]')")" '{"removed": 1}' "$engine: a file was removed"
	is "$(run 'select path from dbarchive_files()')" /x "$engine: ... and is no longer listed"
	is "$(run "select path, removed_by is null, removed_at is null from dbarchive_files('{\"removed\": true}') where removed_at is not null" |
		sed 's/f/0/g')" '/a 0 0' "$engine: ... unless that is asked for"
	# the others
	run "delete from scan where id = 3; $call dbarchive_purge('scan', '{\"older_than_days\": 0}'); select dbarchive_release('scan', 6) is null" >"$tmp/made"
	is "$(run "select count(*), max(path) from dbarchive_files('{\"relation\": \"scan\"}')")" '2 /b' "$engine: with its last row a file is listed"
	run "$call dbarchive_purge('scan', '{\"older_than_days\": 0}'); drop view page_live; drop table page" >"$tmp/made"
	is "$(run "select path from dbarchive_files() order by path")" "/b
/b
/c'\"
/d
/x
/y" "$engine: files of a table that no longer exists are listed"
done
finish
