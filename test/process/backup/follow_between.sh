#!/bin/bash
# A full backup of a database that is followed has a state of its own: what was written
# after the last look, and taken back before the next one, is in the backup alone.
# Prints TAP.
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

for mode in delete wal; do
	sqlite3 "$tmp/$mode.db" "pragma journal_mode = $mode; create table entry (n integer primary key, text text);
		insert into entry values (1, 'as before'), (2, 'another')" >"$tmp/out"
	: >"$tmp/$mode.log"
	BEFORE_THREAD=$(write meanwhile) AFTER_THREAD=$(write 'as before') LD_PRELOAD=$tmp/between.so \
		"$dbcare" follow "$tmp/$mode.backups" --no-compress --db "$tmp/$mode.db" >"$tmp/end" 2>"$tmp/$mode.log" 3<&- &
	follower=$!
	until grep -q 'changes are stored' "$tmp/$mode.log" || ! kill -0 "$follower"; do
		read -rt 0.05 -u 3 _ || true
	done
	kill "$follower"
	wait "$follower" || true
	name=$("$dbcare" list-backups --directory "$tmp/$mode.backups" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["name"])')
	is "$(sqlite3 "$tmp/$mode.backups/$name/"*.db 'select text from entry where n = 1' 2>&1)" meanwhile \
		"journal mode $mode: the backup has another state"
	"$dbcare" restore-backup "$name" "$tmp/$mode.restored.db" --directory "$tmp/$mode.backups" >"$tmp/restore.out" 2>&1 || true
	is "$(sqlite3 "$tmp/$mode.restored.db" 'select text from entry where n = 1' 2>&1)" 'as before' \
		"journal mode $mode: the last state is restored"
done
finish
