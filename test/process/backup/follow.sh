#!/bin/bash
# Continuous backup of SQLite databases: whatever happens to the process that follows
# one, and whatever others do meanwhile, what is restored is a state that the database
# had, and the one that was wanted.  Prints TAP.
#
# usage: test/process/backup/follow.sh [KILLS]
#
if [ -z "${own_mounts-}" ] && unshare --mount mount -t tmpfs tmpfs /tmp 2>/dev/null; then
	own_mounts=yes exec unshare --mount "$0" "$@"
fi
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
kills=${1-6}
dbcare=build/dbcare
mkfifo "$tmp/pause"
exec 3<>"$tmp/pause"
export DBCARE_TEST_KEY='a long enough passphrase'
key='{"key_env": "DBCARE_TEST_KEY"}'
# no passphrase, from which to compute the key takes half a second
head -c 32 /dev/urandom >"$tmp/key"
chmod 600 "$tmp/key"
file_key="{\"key_file\": \"$tmp/key\"}"

# Without a log the process that follows excludes writers for a moment.
sqlite3()
{
	command sqlite3 -cmd '.timeout 60000' "$@"
}

pause()
{
	read -rt "${1-0.02}" -u 3 _ || true
}

# new NAME MODE: a database.
new()
{
	rm -f "$tmp/$1".db* "$tmp/$1.ledger" "$tmp/stop"
	sqlite3 "$tmp/$1.db" >"$tmp/out" <<-END
		pragma journal_mode = $2;
		create table entry (n integer primary key, at int);
		create table load (i int, filler blob);
	END
	: >"$tmp/$1.ledger"
}

# follow NAME [OPTION ...]: begins to follow; the process is $follower.
follow()
{
	local name=$1

	shift
	"$dbcare" follow "$tmp/$name.backups" --db "$tmp/$name.db" "$@" \
		>>"$tmp/$name.out" 2>>"$tmp/$name.log" 3<&- &
	follower=$!
}

# writer NAME OPERATIONS: begins to write; the process is $writer.
writer()
{
	rm -f "$tmp/stop"
	python3 test/process/backup/follow_writer.py "$tmp/$1.db" "$tmp/$1.ledger" "$tmp/stop" \
		"$RANDOM" "$2" 3<&- &
	writer=$!
}

stop_writer()
{
	touch "$tmp/stop"
	wait "$writer" || true
}

end_follower()
{
	kill "${1--TERM}" "$follower" 2>/dev/null || true
	wait "$follower" 2>/dev/null
}

now()
{
	date +%s%3N
}

time_of()
{
	date -u -d "@${1%???}.${1: -3}" +%FT%T.%3NZ
}

# list NAME COLUMN: a column of the newest backup.
list()
{
	newest_backup "$tmp/$1.backups" "$2"
}

# until_seen NAME: waits until what is committed now has been stored.
until_seen()
{
	local wanted

	wanted=$(time_of "$(now)")
	until [[ $(list "$1" followed_until) > $wanted ]] || ! kill -0 "$follower" 2>/dev/null; do
		pause 0.1
	done
}

# problem NAME: why changes are not stored.
problem()
{
	sqlite3 -cmd '.load ./sqlite_ext/dbcare' "$tmp/$1.db" \
		"select dbbackup_follow_status('{\"directory\": \"$tmp/$1.backups\"}') ->> 'problem'" 2>&1 || true
}
# until_problem NAME PATTERN: waits until that is so.
until_problem()
{
	until [[ $(problem "$1") =~ $2 ]] || ! kill -0 "$follower" 2>/dev/null; do
		pause 0.1
	done
}

# until_written NAME N: waits for as many more lines of the ledger.
until_written()
{
	local lines

	lines=$(($(wc -l <"$tmp/$1.ledger") + $2))
	while [ "$(wc -l <"$tmp/$1.ledger")" -lt "$lines" ] && kill -0 "$writer" 2>/dev/null; do
		pause
	done
}

# restore NAME [OPTION ...]: restores the newest backup to $tmp/restored.db.
restore()
{
	local name=$1

	shift
	rm -f "$tmp/restored.db"
	"$dbcare" restore-backup "$(list "$name" name)" "$tmp/restored.db" \
		--directory "$tmp/$name.backups" "$@" >"$tmp/restore.out" 2>&1
}

# restore_time NAME TIME: restores a moment from whichever backup has it.
restore_time()
{
	rm -f "$tmp/restored.db"
	sqlite3 "$tmp/$1.db" -cmd '.load ./sqlite_ext/dbcare' "select dbbackup_restore(null, '$tmp/restored.db',
		'{\"directory\": \"$tmp/$1.backups\", \"target_time\": \"$2\"}')" >"$tmp/restore.out" 2>&1
}

# restore_near NAME MS: restores a moment, or one soon after it if the machine was too
# slow for this one; it is $moment.
restore_near()
{
	local i

	for ((i = 0; i < 40; i++)); do
		moment=$(($2 + 300 * i))
		! restore_time "$1" "$(time_of "$moment")" || return 0
		grep -q 'does not have the state of' "$tmp/restore.out" || return 0
	done
}

# compare NAME: what differs between the ledger and the restored database.
compare()
{
	diff <(cut -d ' ' -f 1 "$tmp/$1.ledger") \
		<(sqlite3 "$tmp/restored.db" 'select n from entry order by n' 2>&1) | head -5
	sqlite3 "$tmp/$1.db" .dump 2>&1 | cksum >"$tmp/sum.live"
	sqlite3 "$tmp/restored.db" .dump 2>&1 | cksum | diff "$tmp/sum.live" - || true
}

# check_time NAME MS LATE: what is wrong with the state of a moment, which was restored:
# it has all that was committed so many milliseconds before, nothing that was begun
# after it, and no row without those before it.
check_time()
{
	[ -s "$tmp/restored.db" ] || cat "$tmp/restore.out"
	sqlite3 "$tmp/restored.db" 'select n from entry order by n' >"$tmp/rows"
	awk -v at="$2" -v late="$3" '
		NR == FNR { has[$1] = 1; if ($1 != NR) print "row " NR " is missing"; next }
		$3 <= at - late && !($1 in has) { print "row " $1 " was committed before" }
		$2 > at && ($1 in has) { print "row " $1 " was begun after" }
	' "$tmp/rows" "$tmp/$1.ledger" | head -5
}

# show JSON NAME: a member.
member()
{
	python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

verify()
{
	local name=$1

	shift
	"$dbcare" verify-backup "$(list "$name" name)" --directory "$tmp/$name.backups" --json "$@" 2>&1
}

# ---- kills ----

for mode in wal delete; do
	new "$mode" "$mode"
	follow "$mode"
	until_seen "$mode"
	writer "$mode" iiiiiiiibrdcv
	bad=
	for ((k = 1; k <= kills; k++)); do
		until_written "$mode" $((RANDOM % 40 + 5))
		end_follower -KILL || true
		[ $((k % 2)) = 0 ] || until_written "$mode" $((RANDOM % 20))
		follow "$mode"
	done
	until_written "$mode" 30
	until_seen "$mode"
	moment=$(now)
	until_written "$mode" 60
	stop_writer
	until_seen "$mode"
	restore "$mode" || bad+=" $(cat "$tmp/restore.out")"
	is "$bad$(compare "$mode")" '' "$mode: after $kills kills the last state is that of the ledger"
	restore_near "$mode" "$moment"
	is "$(check_time "$mode" "$moment" 2000)" '' "$mode: a moment while others wrote is restored"
	code=0
	end_follower || code=$?
	is "$code" 0 "$mode: SIGTERM is a clean end"
	is "$(verify "$mode" --level 3 | member ok)" True "$mode: the backup is verified"
done

# ---- a clean end ----

# hold NAME: another process opens the database, so that its log stays; it writes a row
# when there is a file go, and ends when that is removed again.
hold()
{
	python3 - "$tmp/$1.db" "$tmp/held" "$tmp/go" <<-'PYTHON' 3<&- &
		import os, select, sqlite3, sys
		database, held, go = sys.argv[1:]
		db = sqlite3.connect(database, isolation_level=None)
		db.execute('select 1 from entry').fetchall()
		open(held, 'w').close()
		while not os.path.exists(go):
		    select.select([], [], [], 0.02)
		db.execute('insert into entry values (2, 2)')
		os.remove(held)
		while os.path.exists(go):
		    select.select([], [], [], 0.02)
	PYTHON
	holder=$!
	until [ -e "$tmp/held" ]; do
		pause
	done
}

new end wal
follow end --encrypt "$file_key"
until_seen end
hold end
sqlite3 "$tmp/end.db" 'insert into entry values (1, 1)'
end_follower
echo 1 >"$tmp/end.ledger"
restore end --decrypt "$file_key" || cat "$tmp/restore.out"
is "$(compare end)" '' 'what was committed just before the end is stored'

# ---- what happens while nobody follows ----

first=$(list end name)
touch "$tmp/go"
while [ -e "$tmp/held" ]; do
	pause
done
alone=$(now)
# longer than moments that are not told apart
while [ "$(now)" -lt $((alone + 2200)) ]; do
	pause
done
follow end --encrypt "$file_key"
until_seen end
echo 2 >>"$tmp/end.ledger"
restore end --decrypt "$file_key" || cat "$tmp/restore.out"
# ranges NAME BACKUP: the moments that can be restored from it.
ranges()
{
	sqlite3 -cmd '.load ./sqlite_ext/dbcare' :memory: "select object from dbbackup_plan('$2',
		'$tmp/none.db', '{\"directory\": \"$tmp/$1.backups\"}') where step = 'reach'"
}
# a look that was late on a busy machine ends a range, too
like "$(ranges end "$first" | wc -l)" '^[2-9]$' 'the plan shows that nobody followed, without a key'
is "$(list end name) $(compare end)" "$first " 'commits of the time when nobody followed are found in the log'
restore end --decrypt "$file_key" --target-time "$(time_of $((alone + 1000)))" || true
like "$(cat "$tmp/restore.out")" 'was changed, but not followed, from .* to ' 'but no moment of that time is restored'
end_follower
rm "$tmp/go"
wait "$holder"
sqlite3 "$tmp/end.db" 'pragma wal_checkpoint(truncate); insert into entry values (3, 3)' >"$tmp/out"
until_gone=$(now)
follow end --encrypt "$file_key"
until_seen end
echo 3 >>"$tmp/end.ledger"
like "$(tail -n 2 "$tmp/end.log")" 'a new full backup is made, since the write-ahead log was begun again' \
	'a log that was begun again makes a full backup, and says so'
restore end --decrypt "$file_key" || cat "$tmp/restore.out"
is "$(compare end)" '' 'and the last state is restored from that'
rm -f "$tmp/restored.db"
"$dbcare" restore-backup "$first" "$tmp/restored.db" --decrypt "$file_key" --directory "$tmp/end.backups" \
	--target-time "$(list end followed_until)" >"$tmp/restore.out" 2>&1 || true
like "$(cat "$tmp/restore.out")" "backup \"$first\" does not have the state of .* Restore backup \"$(list end name)\", which has it" \
	'a backup that does not have a moment names the one that has it'
rm -f "$tmp/restored.db"
"$dbcare" restore-backup "$first" "$tmp/restored.db" --decrypt "$file_key" --directory "$tmp/end.backups" \
	--target-time "$(time_of "$until_gone")" >"$tmp/restore.out" 2>&1 || true
like "$(cat "$tmp/restore.out")" 'does not have the state of .* was followed from ' \
	'the moments between both backups are refused'
sqlite3 "$tmp/end.db" -cmd '.load ./sqlite_ext/dbcare' "select dbbackup_restore(null, '$tmp/restored.db',
	'{\"directory\": \"$tmp/end.backups\", \"decrypt\": $file_key, \"target_time\": \"$(list end started_at)\"}')" >"$tmp/restore.out" 2>&1 || true
like "$(cat "$tmp/restore.out")" "backup \"$first\" does not have the state of .* was followed from " \
	'... for the reason that the older one has, until the newer one is followed'

# ---- another file, another mode ----

new other wal
sqlite3 "$tmp/other.db" 'insert into entry values (7, 7); pragma wal_checkpoint(truncate)' >"$tmp/out"
lines=$(wc -l <"$tmp/end.log")
mv "$tmp/other.db" "$tmp/end.db"
echo 7 >"$tmp/end.ledger"
until tail -n "+$((lines + 1))" "$tmp/end.log" | grep -q 'replaced\|lost\|begun again, or' || ! kill -0 "$follower"; do
	pause
done
until_seen end
restore end --decrypt "$file_key" || cat "$tmp/restore.out"
is "$(compare end)" '' 'a database that was replaced is followed'
end_follower
new mode delete
follow mode
until_seen mode
sqlite3 "$tmp/mode.db" 'insert into entry values (1, 1); pragma journal_mode = wal; insert into entry values (2, 2)' >"$tmp/out"
printf '%s\n' 1 2 >"$tmp/mode.ledger"
until_seen mode
sqlite3 "$tmp/mode.db" 'insert into entry values (3, 3)'
echo 3 >>"$tmp/mode.ledger"
until_seen mode
restore mode || cat "$tmp/restore.out"
is "$(compare mode)" '' 'a change of the journal mode is followed'
end_follower

# ---- a log that is gone ----

new alone wal
follow alone
until_seen alone
end_follower -KILL || true
sqlite3 "$tmp/alone.db" 'insert into entry values (1, 1)'
follow alone
until_seen alone
echo 1 >"$tmp/alone.ledger"
restore alone || cat "$tmp/restore.out"
is "$(compare alone)" '' 'commits of a log that is gone are found in the file'
end_follower
first=$(list alone name)
follow alone
until_seen alone
is "$(list alone name)" "$first" '... and a file that nobody has written is not backed up again'
new other wal
sqlite3 "$tmp/other.db" 'insert into entry values (8, 8)'
cp "$tmp/other.db" "$tmp/alone.db"
echo 8 >"$tmp/alone.ledger"
until_seen alone
until [ "$(list alone name)" != "$first" ] || ! kill -0 "$follower"; do
	pause
done
until_seen alone
restore alone || cat "$tmp/restore.out"
is "$(compare alone)" '' 'a file that was written without a log is backed up again'
end_follower

# ---- a log that begins with a long transaction ----

new long wal
follow long
until_seen long
mkfifo "$tmp/commit"
sqlite3 "$tmp/long.db" 'pragma cache_size = 2; begin; insert into load select value, randomblob(1000) from generate_series(1, 200)' \
	".shell touch $tmp/begun; read -r _ <$tmp/commit" 'insert into entry values (1, 1); commit' 3<&- >"$tmp/long.writer" &
long=$!
until [ -e "$tmp/begun" ]; do
	pause
done
until_seen long
echo >"$tmp/commit"
wait "$long"
echo 1 >"$tmp/long.ledger"
until_seen long
restore long || cat "$tmp/restore.out"
is "$(compare long)$(grep -c 'new full backup' "$tmp/long.log")" 0 'a look at a log that has no commit yet misses nothing, and needs no full backup'
end_follower

# ---- full backups while others write ----

new much wal
follow much --snapshot-mb 1
until_seen much
writer much bbbdi
first=$(list much name)
until [ "$(grep -c 'changes are stored' "$tmp/much.log")" -ge 3 ]; do
	pause
done
moments=
for _ in 1 2 3; do
	moments+=" $(now)"
	until_written much 40
	until_seen much
done
stop_writer
until_seen much
restore much || cat "$tmp/restore.out"
is "$(compare much)" '' 'full backups are made while others write, and nothing is missed'
end_follower
bad=
for moment in $moments; do
	restore_near much "$moment"
	bad+=$(check_time much "$moment" 2000)
done
is "$bad" '' 'each moment is restored from the backup that has it'

new idle wal
follow idle --snapshot-mb 1
until_seen idle
first=$(list idle name)
sqlite3 "$tmp/idle.db" 'insert into load values (1, randomblob(1200000))'
until [ "$(grep -c 'changes are stored' "$tmp/idle.log")" -ge 2 ] || ! kill -0 "$follower"; do
	pause
done
end_follower
is "$(ranges idle "$first" | tail -n 1 | sed 's/.* to //')" "$(ranges idle "$(list idle name)" | head -n 1 | sed 's/ to .*//')" \
	'no moment is between two backups while a database is followed'

# ---- the disk is lost ----

# on a busy machine a look is late, but not always
for _ in 1 2 3 4 5; do
	rm -rf "$tmp/lost.backups"
	new lost wal
	follow lost
	until_seen lost
	writer lost iiiiiiiibrdc
	until_written lost 200
	kill -KILL "$writer"
	wait "$writer" 2>/dev/null || true
	moment=$(now)
	rm "$tmp"/lost.db*
	end_follower -KILL || true
	restore lost || true
	lost=$(check_time lost "$moment" 1000)
	[ -n "$lost" ] || break
done
is "$lost" '' 'at most the last second is lost with the file'

# ---- keys ----

new secret wal
sqlite3 "$tmp/secret.db" "insert into load values (1, 'plain words of the first state')"
follow secret --encrypt "$key"
until_seen secret
sqlite3 "$tmp/secret.db" "insert into load values (2, 'plain words of a change')"
until_seen secret
end_follower -KILL || true
follow secret --encrypt "$key"
until_seen secret
sqlite3 "$tmp/secret.db" "insert into load values (3, 'plain words of another one')"
end_follower
is "$(grep -rc 'plain words' "$tmp/secret.backups" | grep -vc ':0$')" 0 'no file has anything in plain'
restore secret --decrypt "$key" || cat "$tmp/restore.out"
is "$(compare secret)" '' 'changes that are encrypted are restored with the key'
is "$(list secret name | wc -l) $(ls "$tmp/secret.backups" | wc -l)" '1 1' 'a process with the key continues the backup'
is "$(verify secret --level 1 | member ok) $(verify secret --level 2 --decrypt "$key" | member ok)" \
	'True True' 'bytes are verified without the key, changes with it'
for last in 0 1; do
	DBCARE_PASSPHRASE=$DBCARE_TEST_KEY DBCARE_MOMENT=$(($(now) * last)) test/process/backup/reader.py \
		"$tmp/secret.backups/$(list secret name)" "$tmp/restored.db" 2>&1
	sqlite3 "$tmp/restored.db" 'select count(*), max(i) from load' 2>&1
	rm -f "$tmp/restored.db"
done >"$tmp/read"
is "$(cat "$tmp/read")" $'1|1\n3|3' 'a reader in another language reads encrypted changes, up to a moment'
restore secret || true
like "$(cat "$tmp/restore.out")" 'no key was given' 'without the key nothing is restored'
DBCARE_TEST_KEY='a passphrase of somebody else' restore secret --decrypt "$key" || true
like "$(cat "$tmp/restore.out")" 'the passphrase is not that of the backup' 'nor with another one'

# ---- damage ----

# damage WHAT COMMAND PATTERN: what becomes of a copy of the backup in mode wal.
damage()
{
	local name

	rm -rf "$tmp/damaged.backups"
	cp -a "$tmp/wal.backups" "$tmp/damaged.backups"
	name=$(list damaged name)
	(cd "$tmp/damaged.backups/$name/changes" && eval "$2")
	like "$(verify damaged)" "\"ok\": false.*$3" "$1 is found"
	restore damaged || true
	like "$(cat "$tmp/restore.out")" "$3" "$1: the last state is not restored"
}
damage 'a file of changes that is missing' 'rm 0000000002-*' 'changes 2 are missing'
damage 'the last file that is missing' 'rm "$(ls | grep dbs | tail -n 1)"' 'changes [0-9]+ are missing'
damage 'a changed byte' 'flip "$(ls | grep dbs | tail -n 1)" 60' 'was changed'
damage 'another name' 'f=$(ls | grep dbs | tail -n 1); mv "$f" "${f%%-*}-20200101T000000000Z-0-${f##*-}"' 'is of a time|another name|does not continue|was changed'
damage 'a strange file' 'touch strange' 'strange is not part'

# ---- a full disk ----

if [ -n "${own_mounts-}" ]; then
	mkdir "$tmp/full.backups"
	mount -t tmpfs -o size=2m tmpfs "$tmp/full.backups"
	new full wal
	follow full
	until_seen full
	sqlite3 "$tmp/full.db" "insert into load select value, randomblob(1000) from generate_series(1, 3000)"
	until grep -q 'cannot be stored: .*No space left on device' "$tmp/full.log" || ! kill -0 "$follower"; do
		pause
	done
	sqlite3 "$tmp/full.db" 'pragma busy_timeout = 0; pragma wal_checkpoint(truncate); pragma busy_timeout = 60000; insert into entry values (1, 1)' >"$tmp/out"
	until_problem full 'No space left on device'
	like "$(problem full)" 'No space left on device' 'a full disk: the status has the problem'
	mount -o remount,size=20m "$tmp/full.backups"
	until_seen full
	echo 1 >"$tmp/full.ledger"
	restore full || cat "$tmp/restore.out"
	is "$(compare full)$(grep -c 'new full backup' "$tmp/full.log")" 0 'a full disk: nothing is missed, once there is room'
	end_follower
	# another backup must be made, and cannot
	sqlite3 "$tmp/full.db" 'pragma journal_mode = delete' >"$tmp/out"
	head -c "$(($(df --output=avail "$tmp/full.backups" | tail -n 1) - 200))k" /dev/zero >"$tmp/full.backups/filler"
	follow full
	until_problem full 'no full backup could be made'
	like "$(problem full)" 'no full backup could be made: .* is full' 'a full disk: ... also that no backup could be made'
	rm "$tmp/full.backups/filler"
	until_problem full '^$'
	is "$(problem full)" '' 'a full disk: ... until there is one'
	end_follower
	umount "$tmp/full.backups"
fi

# ---- two at once ----

new twice wal
follow twice
until_seen twice
code=0
"$dbcare" follow "$tmp/twice.backups" --db "$tmp/twice.db" >"$tmp/out" 2>&1 || code=$?
like "$code $(cat "$tmp/out")" '2 .*another process follows' 'a second process is refused'
sqlite3 "$tmp/twice.db" 'insert into entry values (1, 1)'
is "$(sqlite3 -cmd '.timeout 20000' "$tmp/twice.db" 'pragma wal_checkpoint(truncate)' && stat -c %s "$tmp/twice.db-wal")" \
	$'0|0|0\n0' 'others can empty the log'
echo 1 >"$tmp/twice.ledger"
first=$(list twice name)
mv "$tmp/twice.backups" "$tmp/twice.gone"
until [[ $(list twice followed_until) ]] || ! kill -0 "$follower"; do
	pause
done
restore twice || cat "$tmp/restore.out"
is "$([ "$(list twice name)" != "$first" ] && compare twice)" '' 'when the backup was removed another one is made'
is "$(sqlite3 "$tmp/twice.db" -cmd '.load ./sqlite_ext/dbcare' \
	"select json_extract(dbbackup_cleanup('{\"directory\": \"$tmp/twice.backups\", \"keep_last\": 1}'), '\$.removed')")" '[]' \
	'cleaning up leaves what is followed'
end_follower
finish
