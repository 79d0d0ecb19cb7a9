#!/bin/bash
# Continuous backup by a thread of the application: however the application ends, and
# whatever it does meanwhile, what it has committed is stored.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
dbcare=build/dbcare
library=$PWD/sqlite_ext/dbcare
python=
for program in python3 /usr/bin/python3; do
	! "$program" -c 'import sqlite3; sqlite3.Connection.enable_load_extension' 2>/dev/null || python=$program
done
if [ -z "$python" ]; then
	skip 'a thread of an application' 'no python3 whose sqlite3 can load extensions'
	finish
	exit
fi
mkfifo "$tmp/pause"
exec 3<>"$tmp/pause"

# new NAME [MODE]: a database.
new()
{
	sqlite3 "$tmp/$1.db" >"$tmp/out" <<-END
		pragma journal_mode = ${2-wal};
		create table entry (n integer primary key, at int);
		create table load (i int, filler blob);
	END
}

# app NAME SCENARIO: what the application prints.
app()
{
	timeout 120 "$python" test/process/backup/follow_app.py "$library" "$tmp/$1.db" "$2" 2>&1 3<&-
}

# restored NAME: what differs between the last state and the database.
restored()
{
	local name

	name=$(newest_backup "$tmp/$1.db-backups" name)
	rm -f "$tmp/restored.db"
	"$dbcare" restore-backup "$name" "$tmp/restored.db" --directory "$tmp/$1.db-backups" >"$tmp/restore.out" 2>&1 ||
		cat "$tmp/restore.out"
	# a connection that writes would remove the log when it closes
	sqlite3 -readonly "$tmp/$1.db" .dump >"$tmp/live.sql"
	sqlite3 "$tmp/restored.db" .dump | diff "$tmp/live.sql" - | head -5
}

for mode in wal delete; do
	new "$mode" "$mode"
	is "$(app "$mode" close)" $'True True\nTrue True None' "$mode: a thread follows, and says so"
	is "$(restored "$mode")" '' "$mode: what was committed just before the connection closed is stored"
	is "$(app "$mode" leave)$(restored "$mode")" '' "$mode: an exit without closing stores the last commits"
	is "$(app "$mode" stop)" $'True False False True\nFalse' "$mode: a stop ends it"
	is "$(restored "$mode")" '' "$mode: and stores the last commits"
done
is "$(ls "$tmp/wal.db-backups" | wc -l)" 1 'the next start continues the backup'
# of the most bytes for which the journal of SQLite has a name
long=$(printf 'x%.0s' {1..244})
new "$long"
is "$(sqlite3 -cmd '.load ./sqlite_ext/dbcare' "$tmp/$long.db" "select dbbackup_follow_start('{\"directory\": \"$tmp/long\"}') ->> 'here';
	select dbbackup_follow_stop() ->> 'stopped'; select dbbackup_follow_status('{\"directory\": \"$tmp/long\"}') ->> 'ended_at' is not null" | xargs)" \
	'1 1 1' 'a database with a long name is followed, and says so'
cc -o "$tmp/exit" test/process/backup/follow_exit.c -lsqlite3
for i in 1 2 3 4 5; do
	new "exit$i"
	code=0
	"$tmp/exit" "$library" "$tmp/exit$i.db" || code=$?
	is "$code" 3 "an exit while the thread makes its first backup crashes nothing, $i"
done
new pool
is "$(app pool pool)" 'dbcare: the database is followed with other options. Call dbbackup_follow_stop() first.
True
None' 'connections to one file share a thread, which ends with the last one'
is "$(restored pool)" '' 'which stores what it has committed'
new forks
is "$(app forks fork)" $'True\nNone True' 'a child process has no thread, and can start one; the parent goes on'
is "$(restored forks)" '' 'with nothing missed'
new snapshot
is "$(app snapshot snapshot)" 'True None' 'forks do not wait for a full backup, nor end it'
new refused
is "$(app refused refused | sed 's/\. .*//')" 'dbcare: the thread that follows a database needs its own connection, and an in-memory or temporary database has only one
dbcare: unknown option "file"
dbcare: environment variable "DBCARE_NO_SUCH_KEY" is not set' 'what cannot work is refused at the start'

# ---- several processes, and kills ----

found()
{
	sqlite3 "$tmp/workers.db" -cmd ".load $library" \
		"select severity, message from dbhealth_checks('{\"checks\": [\"backup_follow\"]}')"
}

# begin: an application in the background, which follows or waits to; it is $process.
begin()
{
	app workers wait >"$tmp/worker$1.out" &
	until grep -q ready "$tmp/worker$1.out"; do
		read -rt 0.02 -u 3 _ || true
	done
}

# follower: the process that has the lock; others open the file for a moment.
follower()
{
	awk -v inode="$(stat -c %i "$tmp/workers.db-backups/.workers.db.follow")" \
		'$2 == "FLOCK" && $6 ~ ":" inode "$" { print $5 }' /proc/locks
}

new workers
is "$(found)" 'not_applicable|does not apply here' 'nobody follows: no check of health applies'
begin 1
begin 2
first=$(follower)
like "$first" '^[0-9]+$' 'one of two processes follows'
like "$(found)" '^ok' 'the check of health finds nothing'
kill -KILL "$first"
until second=$(follower) && [ -n "$second" ] && [ "$second" != "$first" ]; do
	read -rt 0.02 -u 3 _ || true
done
is "$(follower)" "$second" 'the other one takes over when it is killed'
# the other one writes, and may be stopped while it does
sqlite3 "$tmp/workers.db" -cmd '.timeout 60000' -cmd ".load $library" "select dbcare_set('check_backup_follow_warning', '2')" >"$tmp/out"
kill -STOP "$second"
until hangs=$(found) && [ "${hangs#ok}" = "$hangs" ]; do
	read -rt 0.2 -u 3 _ || true
done
like "$hangs" '^warning\|the continuous backup of workers.db has stopped: its process runs, but has stored nothing since 20' 'one that hangs is found'
kill -CONT "$second"
until [[ $(found) = ok* ]]; do
	read -rt 0.2 -u 3 _ || true
done
is "$(follower)" "$second" '... until it goes on'
kill -KILL "$second"
wait
like "$(found)" '^warning\|the continuous backup of workers.db has stopped: its process is gone; the last moment that can be restored is 20' \
	'without any, the check of health says until when'
is "$(app workers stop | tail -n 1)" False 'an application that ends ...'
like "$(found)" '^ok' '... is no finding'
finish
