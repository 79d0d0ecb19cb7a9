#!/bin/bash
# Monitoring a SQLite file in one process causes no errors in others that write
# the file without a busy timeout.  Prints TAP.
# usage: neighbour.sh [SECONDS]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
seconds=${1-4}

"${CC:-cc}" -Wall -Wextra -Werror -o "$tmp/writers" test/process/monitor/writers.c -lsqlite3

for mode in delete wal; do
	db=$tmp/$mode.db
	sqlite3 "$db" "pragma journal_mode = $mode; create table item (id integer primary key, x);" >/dev/null
	mkfifo "$tmp/fifo"
	"${sqlite_shell[@]}" "$db" <"$tmp/fifo" >"$tmp/monitored" 2>&1 &
	pid=$!
	exec {fd}>"$tmp/fifo"
	rm "$tmp/fifo"
	echo "select dbmonitor_start(0.2) ->> 'running';" >&"$fd"
	until [ -s "$tmp/monitored" ]; do
		sleep 0.02
	done
	read -r commits errors <<<"$("$tmp/writers" "$db" 8 "$seconds" 2>"$tmp/errors")"
	echo 'select x as counted from item limit 0;' >&"$fd"
	for ((i = 0; i < 600; i++)); do
		stored=$(sqlite3 -cmd '.timeout 5000' "$db-samples" "select count(*) from dbcare_query where query like '%counted%'")
		[ "$stored" = 0 ] || break
		sleep 0.1
	done
	# on a busy machine samples may be late
	echo "select s ->> 'samples' > $seconds, iif(s ->> 'problem' not like 'No sample has been taken for %', s ->> 'problem', '')
		from (select dbmonitor_status() as s);" >&"$fd"
	exec {fd}>&-
	wait "$pid"
	is "$(cat "$tmp/monitored")" $'1\n1 ' "$mode: samples are taken while others write"
	is "$stored" 1 "$mode: the statements of the monitored connection are stored"
	is "$errors" 0 "$mode: eight writers without a busy timeout see no error"
	result $((commits < 100)) "$mode: they have written ($commits commits)"
	[ "$errors" = 0 ] || sort "$tmp/errors" | uniq -c | sed 's/^/# /'
	is "$(sqlite3 "$db" "select count(*) from sqlite_schema")" 1 "$mode: nothing is stored in the database"
done

# the shell waits for the lock of another one, which has it for half a second
cat >"$tmp/lock" <<END
sqlite3 "$tmp/named" '.timeout 5000' 'begin exclusive' '.shell touch $tmp/locked; sleep 0.5' 'rollback' &
for i in {1..100}; do [ -e "$tmp/locked" ] || sleep 0.02; done
END
is "$("${sqlite_shell[@]}" "$db" 2>&1 <<END
select dbmonitor_start(60, '{"samples_file": "$tmp/named"}') is not null;
select dbmonitor_sample() is not null;
.shell bash $tmp/lock >$tmp/lock.out 2>&1
select dbmonitor_status() ->> 'samples' > 0;
END
)" $'1\n1\n1' "who reads samples waits while they are stored"
finish
