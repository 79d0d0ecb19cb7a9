#!/bin/bash
# A process that takes samples of a SQLite file is killed: every other process
# sees that samples are missing.  Of a PostgreSQL server, monitor_server.sh
# tests the same.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 5000')

# eventually SQL NAME: passed once a query of the file gives 1.
eventually()
{
	local until=$((SECONDS + 60))

	until [ "$(sqlite shop <<<"$1")" = 1 ] || [ $SECONDS -ge $until ]; do
		sleep 0.05
	done
	is "$(sqlite shop <<<"$1")" 1 "$2"
}

# start INTERVAL THREAD: starts a process that takes samples.
start()
{
	mkfifo "$tmp/fifo"
	exec "${sqlite_shell[@]}" "$tmp/shop.db" <"$tmp/fifo" >"$tmp/started" 2>&1 &
	pid=$!
	exec {fd}>"$tmp/fifo"
	rm "$tmp/fifo"
	echo "select dbmonitor_start($1, '{\"samples_file\": \"\", \"thread\": $2}');" >&"$fd"
}

silent="select dbmonitor_status() ->> 'silent'"
no_data="select count(*) from dbmonitor_alerts() where alert = 'no_data'"
self="select severity from dbhealth_checks('{\"checks\": [\"monitor_self\"]}')"

sqlite_new shop
sqlite shop <<<'create table item (id integer primary key);'
# three of them may be missing on a busy machine
start 1 true
eventually "select count(*) > 2 from dbcare_sample" 'a process takes samples'
is "$(sqlite shop <<<"$silent; $no_data; $self;")" $'0\n0\nok' 'another process sees no missing samples'
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
exec {fd}>&-
eventually "$silent" 'after kill -9 it sees that samples are missing'
is "$(sqlite shop <<<"$no_data; $self;")" $'1\nwarning' 'missing samples are an alert and a finding'
like "$(sqlite shop <<<"select dbmonitor_status() ->> 'problem', dbmonitor_status() ->> 'hint';")" \
	'^No sample has been taken for [0-9.]+ s\. Call dbmonitor_start\(\)' 'the status says since when, and what to do'
sqlite shop <<<"update dbcare_sample set taken_at = strftime('%Y-%m-%dT%H:%M:%fZ', taken_at, '-2 hours');
	update dbcare_monitor set changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', changed_at, '-2 hours');"
is "$(sqlite shop <<<"$self;")" critical 'samples missing for an hour are critical'
# long enough to be seen before it is silent, too
start 2 false
eventually "select not ($silent)" 'a new start ends it'
eventually "$silent" 'one without thread promises samples, too'
exec {fd}>&-
wait "$pid" || true
is "$(sqlite shop <<<"select dbmonitor_stop() is null; $silent; $no_data; $self;")" $'0\n0\n0\nnot_applicable' \
	'monitoring that was stopped is not missed'
finish
