#!/bin/bash
# States that a database had between two looks: what was written after the last one, and
# taken back before the next one, is in the full backup alone; what is written while the
# first changes are stored is no part of an earlier moment, nor is what a full backup has
# that was made after a look; and what is in the log, but not committed for others yet,
# comes after the full backup, which does not have it.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
dbcare=build/dbcare
cc -shared -fPIC -o "$tmp/between.so" test/process/backup/follow_between.c -ldl
mkfifo "$tmp/pause"
exec 3<>"$tmp/pause"

# write TEXT: the command that writes it.
write()
{
	echo "unset LD_PRELOAD; sqlite3 -cmd '.timeout 60000' '$tmp/$mode.db' \"update entry set text = '$1' where n = 1\""
}

# until_stored NAME N: waits until changes are stored with so many backups.
until_stored()
{
	until [ "$(grep -c 'changes are stored' "$tmp/$1.log")" -ge "$2" ] || ! kill -0 "$follower"; do
		read -rt 0.05 -u 3 _ || true
	done
}

# follow NAME [OPTION ...]: begins to follow; the process is $follower.
follow()
{
	local name=$1

	shift
	: >"$tmp/$name.log"
	LD_PRELOAD=$tmp/between.so "$dbcare" follow "$tmp/$name.backups" --no-compress --db "$tmp/$name.db" "$@" \
		>"$tmp/end" 2>"$tmp/$name.log" 3<&- &
	follower=$!
}

# the newest one
backup_of()
{
	newest_backup "$tmp/$1.backups" name
}

for mode in delete wal; do
	sqlite3 "$tmp/$mode.db" "pragma journal_mode = $mode; create table entry (n integer primary key, text text);
		insert into entry values (1, 'as before'), (2, 'another')" >"$tmp/out"
	BEFORE_THREAD=$(write meanwhile) AFTER_THREAD=$(write 'as before') follow "$mode"
	until_stored "$mode" 1
	kill "$follower"
	wait "$follower" || true
	name=$(backup_of "$mode")
	is "$(sqlite3 "$tmp/$mode.backups/$name/"*.db 'select text from entry where n = 1' 2>&1)" meanwhile \
		"journal mode $mode: the backup has another state"
	"$dbcare" restore-backup "$name" "$tmp/$mode.restored.db" --directory "$tmp/$mode.backups" >"$tmp/restore.out" 2>&1 || true
	is "$(sqlite3 "$tmp/$mode.restored.db" 'select text from entry where n = 1' 2>&1)" 'as before' \
		"journal mode $mode: the last state is restored"
done

# a log that was begun again has room after its end, so that its size stays
mode=late
mkfifo "$tmp/hold"
sqlite3 "$tmp/late.db" 'pragma journal_mode = wal; create table entry (n integer primary key, text text, filler)' \
	"insert into entry values (0, 'large', randomblob(3000000)), (1, 'as before', null)" 'pragma wal_checkpoint(restart)' \
	"insert into entry values (2, 'another', null)" ".shell touch $tmp/held; read -r _ <$tmp/hold" >"$tmp/out" 3<&- &
holder=$!
until [ -e "$tmp/held" ]; do
	read -rt 0.05 -u 3 _ || true
done
BEFORE_CHANGES="! [ -e $tmp/second ] || { date +%s%3N >$tmp/began; $(write late); }" follow late --snapshot-mb 1
until_stored late 1
touch "$tmp/second"
sqlite3 "$tmp/late.db" "insert into entry values (3, 'many changes', randomblob(1200000))"
until_stored late 2
echo >"$tmp/hold"
wait "$holder"
kill "$follower"
wait "$follower" || true
began=$(cat "$tmp/began")
for moment in "--target-time $(date -u -d "@${began%???}.${began: -3}" +%FT%T.%3NZ)" ''; do
	rm -f "$tmp/late.restored.db"
	# shellcheck disable=SC2086
	"$dbcare" restore-backup "$(backup_of late)" "$tmp/late.restored.db" $moment --directory "$tmp/late.backups" \
		>"$tmp/restore.out" 2>&1 || cat "$tmp/restore.out"
	sqlite3 "$tmp/late.restored.db" 'select text from entry where n = 1' 2>&1
done >"$tmp/states"
is "$(cat "$tmp/states")" 'as before
late' 'what is written while the first changes are stored is in a later state'

# a full backup that is begun and made between a look and what is stored of it
mode=made
sqlite3 "$tmp/made.db" 'pragma journal_mode = wal; create table entry (n integer primary key, text text, filler)' \
	"insert into entry values (1, 'as before', null)" >"$tmp/out"
mkfifo "$tmp/looked" "$tmp/thread"
rm "$tmp/second"
IN_THREAD="! [ -e $tmp/second ] || read -r _ <$tmp/looked" AFTER_THREAD="! [ -e $tmp/second ] || echo >$tmp/thread" \
	AFTER_SYNC="! [ -e $tmp/next ] || { rm $tmp/next; date +%s%3N >$tmp/began; $(write late); echo >$tmp/looked; read -r _ <$tmp/thread; rm $tmp/second; }" \
	follow made --snapshot-mb 1
until_stored made 1
touch "$tmp/second"
sqlite3 "$tmp/made.db" "insert into entry values (3, 'many changes', randomblob(1200000))"
# the thread of the next backup waits
until pgrep -f "read -r _ <$tmp/looked" >"$tmp/out"; do
	read -rt 0.05 -u 3 _ || true
done
touch "$tmp/next"
sqlite3 "$tmp/made.db" "insert into entry values (4, 'looked at', null)"
until_stored made 2
kill "$follower"
wait "$follower" || true
name=$(backup_of made)
is "$(sqlite3 "$tmp/made.backups/$name/"*.db 'select text from entry where n = 1' 2>&1)" late 'a full backup has what was written after a look'
began=$(cat "$tmp/began")
sqlite3 -cmd '.load sqlite_ext/dbcare' "$tmp/made.db" "select dbbackup_restore(null, '$tmp/made.restored.db',
	json_object('directory', '$tmp/made.backups', 'target_time', '$(date -u -d "@${began%???}.${began: -3}" +%FT%T.%3NZ)')) is null" >"$tmp/restore.out" 2>&1 || cat "$tmp/restore.out"
is "$(sqlite3 "$tmp/made.restored.db" 'select text from entry where n = 1' 2>&1)" 'as before' '... and the moment before that is not one of its moments'

# a writer that has put its commit on disk, and has not told others
mode=held
sqlite3 "$tmp/held.db" 'pragma journal_mode = wal; create table entry (n integer primary key, text text)' >"$tmp/out"
LD_PRELOAD=$tmp/between.so AFTER_SYNC="unset LD_PRELOAD; ! [ -e $tmp/stop ] || { touch $tmp/stopped; read -r _ <$tmp/hold; }" \
	sqlite3 "$tmp/held.db" 'pragma synchronous = full' "insert into entry values (1, 'as before')" ".shell touch $tmp/stop" \
	"insert into entry values (2, 'held')" >"$tmp/out" 3<&- &
holder=$!
until [ -e "$tmp/stopped" ]; do
	read -rt 0.05 -u 3 _ || true
done
follow held
until [ -n "$(backup_of held)" ]; do
	read -rt 0.05 -u 3 _ || true
done
rm "$tmp/stop"
echo >"$tmp/hold"
wait "$holder"
until_stored held 1
kill "$follower"
wait "$follower" || true
name=$(backup_of held)
is "$(sqlite3 "$tmp/held.backups/$name/"*.db 'select count(*) from entry' 2>&1)" 1 'a commit that others do not see yet is not in the full backup'
"$dbcare" restore-backup "$name" "$tmp/held.restored.db" --directory "$tmp/held.backups" >"$tmp/restore.out" 2>&1 || cat "$tmp/restore.out"
is "$(sqlite3 "$tmp/held.restored.db" 'select group_concat(text) from entry' 2>&1)" 'as before,held' '... but is stored with it'
finish
