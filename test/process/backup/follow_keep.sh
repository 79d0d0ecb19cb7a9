#!/bin/bash
# Retention of what was followed, over days: every moment of the days that are kept can
# be restored, and nothing else is left.  The clock is moved.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
dbcare=build/dbcare
days=7
kept=3
cc -shared -fPIC -o "$tmp/clock.so" test/process/backup/follow_keep.c -ldl
export FAST_BY=$tmp/fast
mkfifo "$tmp/pause"
exec 3<>"$tmp/pause"

# set_day N: it is so many days later.
set_day()
{
	echo $((86400000 * $1)) >"$tmp/fast.new"
	mv "$tmp/fast.new" "$tmp/fast"
	day=$1
}

# now: of the moved clock, as a text.
now()
{
	local ms

	ms=$(($(date +%s%3N) + 86400000 * day))
	date -u -d "@${ms%???}.${ms: -3}" +%FT%T.%3NZ
}

list()
{
	"$dbcare" list-backups --directory "$tmp/kept" --json 2>/dev/null |
		python3 -c 'import json, sys
for row in json.loads(sys.stdin.read() or "[]"): print(row["name"], row["followed_until"], row["problem"])'
}

# until_seen: waits until what is committed now has been stored.
until_seen()
{
	local wanted

	wanted=$(now)
	until [[ $(newest_backup "$tmp/kept" followed_until) > $wanted ]] || ! kill -0 "$follower"; do
		read -rt 0.05 -u 3 _ || true
	done
}

sqlite3 "$tmp/app.db" 'pragma journal_mode = wal; create table entry (n integer primary key)' >"$tmp/out"
set_day 0
LD_PRELOAD=$tmp/clock.so "$dbcare" follow "$tmp/kept" --db "$tmp/app.db" --keep "{\"keep_days\": $kept}" >"$tmp/end" 2>"$tmp/log" 3<&- &
follower=$!
moments=()
until_seen
for ((d = 0; d < days; d++)); do
	# a moment that was seen on the new day, before anything changes
	[ "$d" = 0 ] || set_day "$d"
	until [ "$(grep -c 'changes are stored' "$tmp/log")" -gt "$d" ] || ! kill -0 "$follower"; do
		read -rt 0.05 -u 3 _ || true
	done
	until_seen
	sqlite3 "$tmp/app.db" "insert into entry values ($d)"
	until_seen
	moments+=("$(now)")
	until_seen
done
kill "$follower"
wait "$follower" || true
is "$(grep -v 'changes are stored' "$tmp/log")" '' 'a full backup each day, and no failure'
bad=
for ((d = days - kept; d < days; d++)); do
	rm -f "$tmp/restored.db"
	sqlite3 "$tmp/app.db" -readonly -cmd '.load ./sqlite_ext/dbcare' "select dbbackup_restore(null, '$tmp/restored.db',
		'{\"directory\": \"$tmp/kept\", \"target_time\": \"${moments[$d]}\"}')" >"$tmp/restore.out" 2>&1 || true
	[ "$(sqlite3 "$tmp/restored.db" 'select count(*), max(n) from entry')" = "$((d + 1))|$d" ] ||
		bad+=" day $d: $(cat "$tmp/restore.out")"
done
is "$bad" '' 'each moment of the days that are kept is restored'
sqlite3 "$tmp/app.db" -readonly -cmd '.load ./sqlite_ext/dbcare' "select dbbackup_restore(null, '$tmp/none.db',
	'{\"directory\": \"$tmp/kept\", \"target_time\": \"${moments[0]}\"}')" >"$tmp/restore.out" 2>&1 || true
like "$(cat "$tmp/restore.out")" 'dbcare: ' 'an older one is refused'
is "$(list | grep -vc 'None$') $(($(list | wc -l) <= kept + 2))" '0 1' 'those that no rule keeps are removed, the others are sound'
is "$(ls -A "$tmp/kept" | grep -v '^\.app\.db\.follow')" "$(list | cut -d ' ' -f 1)" 'nothing else is left'
finish
