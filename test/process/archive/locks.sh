#!/bin/bash
# How long others wait.  SQLite: for the write lock that dbarchive_apply() and
# dbarchive_purge() hold, on a table where old rows follow many new ones, which are
# passed quickly.  PostgreSQL: for a table that dbarchive_enable() or
# dbaudit_enable() wants to lock while a session has it open.  Prints TAP.
#
# usage: test/process/archive/locks.sh [ROWS]
#
# SQLite has one writer, so this is what others wait for; how long they sleep
# between their tries comes on top.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

rows=${1:-200000}

"${CC:-cc}" -Wall -Wextra -Werror -O2 -o "$tmp/lock_watch" test/process/archive/lock_watch.c -lsqlite3

# watched NAME SQL WANTED: a call whose locks are short, about 30 ms of processor time,
# and that pauses without a lock as long as it had one
watched()
{
	local watch holder call longest median free

	touch "$tmp/going"
	mkfifo "$tmp/call"
	"${sqlite_shell[@]}" "$tmp/load.db" <"$tmp/call" >"$tmp/out" 2>&1 &
	holder=$!
	exec {call}>"$tmp/call"
	"$tmp/lock_watch" "$tmp/load.db" "$tmp/going" $holder >"$tmp/watched" {call}>&- &
	watch=$!
	echo "$2" >&"$call"
	exec {call}>&-
	wait $holder || true
	rm "$tmp/going" "$tmp/call"
	wait $watch
	grep -v free "$tmp/watched" | sort -g >"$tmp/held"
	median=$(awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }' "$tmp/held")
	longest=$(tail -n 1 "$tmp/held")
	free=$(sed -n 's/^free //p' "$tmp/watched")
	like "$(cat "$tmp/out")" "$3" "$1: the call succeeds"
	result "$(awk "BEGIN { print ($median > 100) }")" "$1: the lock is mostly held for at most 100 ms of processor time"
	result "$(awk "BEGIN { print ($longest > 500) }")" "$1: never much longer"
	result "$((free < 10))" "$1: others find it free in between"
	echo "# $1: $(wc -l <"$tmp/held") times, median $median ms, at most $longest ms; free $free %"
}

sqlite_new load
sqlite load >"$tmp/made" <<-END
	pragma journal_mode = wal;
	create table item (id integer primary key, made timestamp, note text);
	insert into item with recursive n(i) as (select 1 union all select i + 1 from n where i < $rows)
	    select i, iif(i < $rows * 0.6, '2099-01-01 00:00:00', '2020-01-01 00:00:00'), 'row ' || i from n;
	select dbarchive_enable('item');
	select dbarchive_policy('item', '{"timestamp_column": "made", "delete_after_days": 30}');
END
watched 'a policy that deletes' "select dbarchive_apply();" '"failed": 0'
watched 'purge' "select dbarchive_purge('item', '{\"older_than_days\": 0}');" '"rows": [1-9]'
sqlite load >"$tmp/made" <<<"select dbarchive_policy('item', '{\"remove\": true}'); select dbarchive_disable('item');
	update item set made = '2020-01-01 00:00:00' where id % 3 = 0;
	select dbarchive_policy('item', '{\"timestamp_column\": \"made\", \"archive_after_days\": 30}');"
watched 'a policy that moves' "select dbarchive_apply();" '"failed": 0'

# ---- PostgreSQL: a session that keeps a table open ----

# The milliseconds of each of some statements, until $tmp/going is gone.
timed()
{
	{
		printf '%s\n' '\timing on'
		while [ -e "$tmp/going" ]; do
			printf '%s\n' "$1"
			sleep 0.02
		done
	} | postgresql shop | awk '/^Time: / { print $2 }' >"$tmp/waits"
}

# queued NAME BLOCKER OTHER CALL: while BLOCKER keeps its transaction open, the call
# waits, and OTHER queues behind it for at most a lock timeout; then the call succeeds.
queued()
{
	local longest i

	hold open shop "$2;"
	touch "$tmp/going"
	: >"$tmp/answer"
	timed "$3;" &
	postgresql shop <<<"set client_min_messages = notice; $4;" >"$tmp/answer" 2>&1 &
	call=$!
	# a call that never gives up its place in the queue keeps others waiting
	for ((i = 0; i < 300; i++)); do
		! grep -q 'attempt 3' "$tmp/answer" && kill -0 $call 2>/dev/null || break
		sleep 0.05
	done
	release open
	wait $call || true
	rm "$tmp/going"
	wait
	longest=$(sort -g "$tmp/waits" | tail -n 1)
	like "$(tail -n 1 "$tmp/answer")" '"table_name": "public.item"' "$1: the call succeeds when the table is free"
	result "$(awk "BEGIN { print ($longest > 5000) }")" "$1: others queue about as long as its lock timeout"
	echo "# $1: at most $longest ms of $(wc -l <"$tmp/waits")"
}

start_server server
engine=postgresql
postgresql_new shop
postgresql shop >"$tmp/made" <<-END
	create table item (id int primary key, note text);
	insert into item select i, 'x' from generate_series(1, 100) as i;
	select dbcare_install() is not null;
END
queued 'mode flag' 'select note from item where id = 1' 'select note from item where id = 2' "select dbarchive_enable('item', '{\"mode\": \"flag\"}')"
queued 'mode trash' "update item set note = 'y' where id = 1" "update item set note = 'z' where id = 2" "select dbarchive_enable('item', '{\"mode\": \"trash\"}')"
queued 'the log' "update item set note = 'y' where id = 1" "update item set note = 'z' where id = 2" "select dbaudit_enable('item')"
queued 'the log again' 'select note from item where id = 1' 'select note from item where id = 2' "select dbaudit_enable('item', '{\"mask\": [\"note\"]}')"
hold open shop 'select note from item where id = 1;'
like "$(postgresql shop <<<"select dbaudit_enable('item', '{\"lock_timeout_ms\": 50, \"lock_retries\": 0}')" 2>&1)" \
	'lock timeout' 'a call without retries fails'
release open

# A large table is not locked while its index is created: a statement is left.
postgresql shop >"$tmp/made" <<-END
	create table large (id int primary key, note text);
	insert into large select i, repeat('x', 100) from generate_series(1, 100000) as i;
END
like "$(postgresql shop <<<"select dbarchive_enable('large', '{\"mode\": \"flag\"}') -> 'advice'")" \
	'create index concurrently on public.large \(deletion_id\)' 'the index of a large table is left to a statement'
is "$(postgresql shop <<<"create index concurrently on public.large (deletion_id) where deletion_id is not null;
	select dbarchive_enable('large', '{\"mode\": \"flag\"}') -> 'advice'" 2>&1 | tail -n 1)" '[]' '... which is not needed twice'
finish
