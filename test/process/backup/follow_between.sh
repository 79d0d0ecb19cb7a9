#!/bin/bash
# States that a database had between two looks: what was written after the last one, and
# taken back before the next one, is in the full backup alone; and what is written while
# the first changes are stored is no part of an earlier moment.  Prints TAP.
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
finish
