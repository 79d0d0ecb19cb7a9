#!/bin/bash
# Rows that a policy archives in compressed files: what is in them, holds, rows that come
# back after their table has changed, files that are missing or damaged, directories that
# cannot be written, a full disk, a cancelled call and a killed one.  No row is ever lost,
# and a file that is listed has its rows.  Prints TAP.
if [ -z "${own_mounts-}" ] && unshare --mount mount -t tmpfs tmpfs /tmp 2>/dev/null; then
	own_mounts=yes exec unshare --mount "$0"
fi
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

db=shop
rows=3000

run() { "$engine" "$db" <<<"$1" 2>&1 | tail -n 1; }

apply() { if [ "$engine" = postgresql ]; then echo "call dbarchive_apply('${1-{\}}');"; else echo "select dbarchive_apply('${1-{\}}');"; fi; }

fill()
{
	"$engine" "$db" >"$tmp/out" <<<"delete from visit; delete from ${own}trash; delete from ${own}archive_file;
		insert into visit with recursive n(i) as (select 1 union all select i + 1 from n where i < $rows) select i, '2020-01-01', 'visit ' || i, i / 8.0, cast('{\"n\": 1.10, \"b\": 1e400, \"n\": 2}' as ${json_type}) from n;"
	rm -f "$directory"/*
}

# The rows of the table and of the listed files, each once: "rows in files, rows in all".
# The files have what the list says.
everywhere()
{
	local listed file

	listed=$("$engine" "$db" <<<"select path || ' ' || row_count || ' ' || sha256 from dbarchive_archives('visit') order by file")
	while read -r file lines sha256; do
		[ -z "$file" ] || [ "$(zstd -dcq "$file" | sha256sum)" = "$sha256  -" ] || echo "wrong hash of $file"
		[ -z "$file" ] || [ "$(zstd -dcq "$file" | sed 1d | wc -l)" = "$lines" ] || echo "wrong count of $file"
		[ -z "$file" ] || zstd -dcq "$file"
	done <<<"$listed" | grep -v '^wrong' | grep -o '"row_key": *"[0-9]*"' | grep -o '[0-9]*' >"$tmp/archived" || true
	"$engine" "$db" <<<'select id from visit' >"$tmp/left"
	is "$(sort -n "$tmp/archived" "$tmp/left" | uniq -d)" '' "$engine: no row is in the table and in a file: $1"
	is "$(sort -nu "$tmp/archived" "$tmp/left" | wc -l)" "$rows" "$engine: no row is lost: $1"
	is "$(run "select count(*) from ${own}trash")" 0 "$engine: ... nor left among the deleted rows: $1"
}

start_server server "dbcare.backup_roots = '$tmp/postgresql'"
for engine in postgresql sqlite; do
	own=dbcare.
	json_type=json
	keys_on=
	[ "$engine" = postgresql ] || own=dbcare_ json_type=text keys_on='pragma foreign_keys = on; '
	directory=$tmp/$engine/visits
	mkdir -p "$directory"
	chmod 777 "$tmp/$engine" "$directory"
	"${engine}_new" "$db"
	policy="{\"timestamp_column\": \"at\", \"archive_after_days\": 90, \"to_directory\": \"$directory\"}"
	"$engine" "$db" >"$tmp/out" <<<"create table visit (id integer primary key, at date, note text, price double precision, doc json);
		select dbcare_install() is null;"
	like "$("$engine" "$db" <<<"select dbarchive_policy('visit', '$policy');" 2>&1)" 'needs mode trash for table .*dbarchive_enable' "$engine: deleted rows must be kept"
	run "select dbarchive_enable('visit') is null; select dbarchive_policy('visit', '$policy') is null" >"$tmp/out"
	fill

	# ---- archived, listed, restored ----
	run "select dbarchive_hold('visit', 7, 'case') is null" >"$tmp/out"
	"$engine" "$db" <<<'select * from visit order by id' >"$tmp/before"
	like "$(run "$(apply)")" "\"rows\": $((rows - 1))," "$engine: rows are archived"
	is "$(run 'select id from visit')" 7 "$engine: a held row stays"
	everywhere 'archived'
	like "$(zstd -dcq "$(run 'select path from dbarchive_archives() order by file limit 1')" | head -n 1)" '^\{"table": *"(public.)?visit",.*"price".*double precision' "$engine: a file begins with the columns and their types"
	run "select dbarchive_release('visit', 7) is null; alter table visit rename column note to remark; alter table visit rename to stay" >"$tmp/out"
	for file in $("$engine" "$db" <<<'select file from dbarchive_archives()'); do
		run "select dbarchive_restore_file($file) is null"
	done >"$tmp/out"
	is "$(run 'select count(*) from dbarchive_archives() where restored_at is null')" 0 "$engine: files that were restored are marked"
	is "$("$engine" "$db" <<<'select * from stay order by id')" "$(cat "$tmp/before")" "$engine: the rows come back as they were, under other names"
	like "$("$engine" "$db" <<<'select dbarchive_restore_file(1);' 2>&1)" 'a row with the same unique key exists' "$engine: ... once"
	run "alter table stay rename to visit; alter table visit rename column remark to note" >"$tmp/out"

	# ---- a column that is new ----
	run "create table grown (id integer primary key, at date); select dbarchive_enable('grown') is null; insert into grown values (1, '2020-01-01');
		select dbarchive_policy('grown', '$policy') is null; alter table grown add column more text; update grown set more = 'new'" >"$tmp/out"
	run "$(apply '{"relation": "grown"}')" >"$tmp/out"
	file=$(run "select max(file) from dbarchive_archives('grown')")
	run "select dbarchive_restore_file($file) is null" >"$tmp/out"
	is "$(run 'select more from grown')" new "$engine: a column that was added has its value in the file"
	run "select dbarchive_policy('grown', '{\"remove\": true}') is null; select dbarchive_disable('grown') is null; drop table grown" >"$tmp/out"

	# ---- files that are gone or damaged ----
	fill
	run "$(apply)" >"$tmp/out"
	file=$(run 'select path from dbarchive_archives() order by file limit 1')
	first=$(run 'select min(file) from dbarchive_archives()')
	cp "$file" "$tmp/copy"
	# a header that claims 2^62 bytes, more than the blocks of a file can have
	printf '\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x40\1\0\0' >"$file"
	like "$("$engine" "$db" <<<"select dbarchive_restore_file($first);" 2>&1)" 'does not have the rows that were archived in it' "$engine: a file with a false size is refused"
	cp "$tmp/copy" "$file"
	flip "$file" 40
	like "$("$engine" "$db" <<<"select dbarchive_restore_file($first);" 2>&1)" 'does not have the rows that were archived in it' "$engine: a damaged file is refused"
	rm "$file"
	like "$("$engine" "$db" <<<"select dbarchive_restore_file($first);" 2>&1)" "file .*visit-.* does not exist" "$engine: so is one that is missing"
	like "$("$engine" "$db" <<<"select dbarchive_restore_file(0);" 2>&1)" 'file 0 does not exist' "$engine: a file must be listed"
	cp "$tmp/copy" "$file"
	chmod 644 "$file"
	everywhere 'after refused calls'

	# ---- rows that refer to each other: SQLite breaks their links first ----
	run "create table pair (id integer primary key, at date, other integer references pair on delete set null);
		insert into pair values (1, '2020-01-01', null), (2, '2020-01-01', 1); update pair set other = 2 where id = 1;
		select dbarchive_enable('pair') is null; select dbarchive_policy('pair', '$policy') is null" >"$tmp/out"
	like "$(run "${keys_on}$(apply '{"relation": "pair"}')")" '"rows": 2,' "$engine: rows that refer to each other are archived"
	pair=$(run "select max(file) from dbarchive_archives('pair')")
	run "${keys_on}select dbarchive_restore_file($pair) is null" >"$tmp/out"
	is "$("$engine" "$db" <<<'select id, other from pair order by id')" $'1 2\n2 1' "$engine: ... and come back with their links"
	run "select dbarchive_policy('pair', '{\"remove\": true}') is null; drop table pair" >"$tmp/out"

	# ---- files that a killed call has left ----
	left=$(basename "$(run 'select path from dbarchive_archives() order by file limit 1')")
	touch "$directory/${left%-*}-0.ndjson.zst" "$directory/${left%-*}-0.ndjson.zst.tmp" "$directory/${left%-*}-0.txt" "$directory/x$left"
	like "$(run "$(apply)")" "\"unlisted\": \[\"$directory/${left%-*}-0.ndjson.zst\", \"$directory/${left%-*}-0.ndjson.zst.tmp\"\]" "$engine: the next call names files that are not listed"
	rm "$directory/${left%-*}-0".*
	is "$(run "$(apply)" | grep -c unlisted)" 0 "$engine: ... if there are any"

	# ---- where files cannot be written ----
	fill
	mv "$directory" "$directory.away"
	like "$(run "$(apply)")" 'directory .*visits.* does not exist' "$engine: the directory must exist"
	mv "$directory.away" "$directory"
	everywhere 'without the directory'
	if [ -n "${own_mounts-}" ]; then
		mount -t tmpfs -o size=16k,mode=777 tmpfs "$directory"
		like "$(run "$(apply)")" 'No space left on device' "$engine: a full disk is an error"
		is "$(find "$directory" -name '*.tmp')" '' "$engine: ... which leaves no part of a file"
		everywhere 'on a full disk'
		mount -o remount,size=16m "$directory"
		like "$(run "$(apply)")" '"failed": 0' "$engine: once there is room the next run goes on"
		everywhere 'after a full disk'
		umount "$directory"
	fi

	# ---- a killed process, and a cancelled call ----
	for victim in worker cancel; do
		fill
		crashed=$([ "$engine" = sqlite ] || crashes)
		start_call "$(apply '{"batch_ms": 5, "pause_ms": 20}')"
		until [ "$(find "$directory" -name '*.zst' | wc -l)" -ge 3 ]; do
			sleep_ms 2
		done
		if [ $victim = worker ]; then
			kill -9 "$worker"
			recover
		else
			kill -INT "$worker"
			wait "$client" || true
		fi
		# files of a transaction that did not end are not listed
		everywhere "$victim"
		like "$(run "$(apply)")" '"failed": 0' "$engine: the next run goes on: $victim"
		everywhere "after $victim"
	done
done

# ---- who may, on PostgreSQL ----
engine=postgresql
postgresql "$db" >"$tmp/out" <<<"create role keeper login; create role writer login; grant pg_write_server_files to writer; grant create on schema public to keeper, writer;
	select dbcare_grant('keeper', 'archive'), dbcare_grant('writer', 'archive');
	create table theirs (id integer primary key, at date); alter table theirs owner to keeper; create table own (id integer primary key, at date); alter table own owner to writer;
	select dbarchive_enable('theirs'), dbarchive_enable('own')"
like "$(postgresql "$db" <<<"set role keeper; select dbarchive_policy('theirs', '{\"timestamp_column\": \"at\", \"archive_after_days\": 90, \"to_directory\": \"$tmp/postgresql\"}')" 2>&1)" \
	'permission denied to write' 'a role needs the rights to write files of the server'
like "$(postgresql "$db" <<<"set role writer; select dbarchive_policy('own', '{\"timestamp_column\": \"at\", \"archive_after_days\": 90, \"to_directory\": \"/tmp\"}')" 2>&1)" \
	'must not be in "/tmp"' 'the directory must be below a root'
like "$(postgresql "$db" <<<"set role keeper; select dbarchive_restore_file((select min(file) from dbarchive_archives('visit')))" 2>&1)" \
	'must be owner|permission denied|rights of' 'only the owner of a table restores its rows'
finish
