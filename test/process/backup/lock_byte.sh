#!/bin/bash
# A SQLite database that is larger than 1 GiB: the page with the byte at 1 GiB, where
# SQLite has its locks, is in no backup.  Needs 4 GB of disk.  Prints TAP.
#
# usage: test/process/backup/lock_byte.sh [PAGE_SIZE ...]
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
[ $# -gt 0 ] || set -- 65536

# say SQL: its result, or its error.
say()
{
	sqlite large <<<"$1" 2>&1 || true
}

for size in "$@"; do
	sqlite_new large
	say "pragma page_size = $size; pragma journal_mode = off; pragma synchronous = off;
		create table t (id integer primary key, v blob);
		insert into t values (1, zeroblob(600000000)), (2, zeroblob(474000000)), (3, 'at the end');
		pragma journal_mode = wal" >"$tmp/out"
	lock=$((1073741824 / size + 1))
	is "$(say "select page_count > $lock, page_count - $lock < 20000 from pragma_page_count")" '1 1' \
		"$size: the database has page $lock, and few after it"
	is "$(say "select r ->> 'kind', r -> 'verified' ->> 'ok', r ->> 'pages' - r ->> 'stored_pages' from (select dbbackup_create('full', '{\"compress\": true}') as r)")" \
		'full 1 1' "$size: a backup is made and verified, without that page"
	say "insert into t values (4, 'later'); update t set v = 'changed' where id = 3" >"$tmp/out"
	is "$(say "select json_extract(dbbackup_create('next', '{\"incremental_from\": \"full\"}'), '\$.kind', '\$.verified.ok')")" '["incremental",true]' \
		"$size: ... and an increment"
	is "$(say "select dbbackup_verify('next', '{\"level\": 3}') ->> 'ok'")" 1 "$size: both are restored on trial"
	is "$(say "select dbbackup_restore('next', '$tmp/new.db') ->> 'name'")" next "$size: ... and for good"
	is "$(sqlite3 "$tmp/new.db" "pragma quick_check; select id, length(v), iif(id > 2, v, '') from t")" \
		$'ok\n1|600000000|\n2|474000000|\n3|7|changed\n4|5|later' "$size: with all rows"
	rm -r "$tmp/new.db" "$tmp/large.db-backups/next"
	is "$(say "select json_extract(dbbackup_create('plain'), '\$.kind', '\$.verified.ok')")" '["full",true]' "$size: a plain backup"
	is "$(say "select dbbackup_verify('plain', '{\"level\": 3}') ->> 'ok'")" 1 "$size: ... is restored on trial"
	rm -r "$tmp"/large.db*
done
finish
