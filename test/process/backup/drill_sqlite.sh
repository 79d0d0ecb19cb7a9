#!/bin/bash
# Drills on SQLite: while an application changes rows, and a ledger has each transaction,
# the machine dies in a random way.  By the command lines of the manual alone the database
# is back, equal to the ledger at the chosen moment, and the backups of production are byte
# for byte what they were.  Prints TAP.
#
# usage: test/process/backup/drill_sqlite.sh [DRILLS]
#
if [ -z "${own_mounts-}" ] && unshare --mount mount -t tmpfs tmpfs /tmp 2>/dev/null; then
	own_mounts=yes exec unshare --mount "$0" "$@"
fi
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
drills=${1-2}
top=$PWD
mkdir "$tmp/bin" "$tmp/keys"
ln -s "$top/build/dbcare" "$tmp/bin/"
export PATH=$tmp/bin:$PATH LD_LIBRARY_PATH=$top/sqlite_ext
for key in right wrong; do
	head -c 32 /dev/urandom >"$tmp/keys/$key"
done
chmod 600 "$tmp/keys"/*
mkfifo "$tmp/pause"
exec 3<>"$tmp/pause"

# step PAGE BEGINNING [OLD=NEW ...]: runs the command line of the manual that begins so,
# with the names of the drill; of a pipe the first command.  $begin comes before it.
step()
{
	local line change

	line=$(grep -oE "(^ *|\`|/usr/bin/)$2[^\`|]*" "$top/doc/$1.md" | sed -E '1!d; s/^( *|`|\/usr\/bin\/)//')
	[ -n "$line" ] || result 1 "$1.md has no step $2"
	shift 2
	for change; do
		line=${line//"${change%%=*}"/"${change#*=}"}
	done
	eval "${begin-}$line"
}
pause()
{
	read -rt "${1-0.02}" -u 3 _ || true
}
ledger()
{
	python3 "$top/test/process/backup/drill_ledger.py" "$@"
}

# ---- the application, and its backups ----

# work [NAME]: an application begins to write to a database.
work()
{
	rm -f "$tmp/stop"
	python3 "$top/test/process/backup/drill_ledger.py" write "${1-shop}.db" "$tmp/${1-shop}.ledger" "$tmp/stop" "$RANDOM" 3<&- 2>"$tmp/application" &
	application=$!
}
# rest: it ends.
rest()
{
	touch "$tmp/stop"
	wait "$application" || cat "$tmp/application"
}
# until_written N [NAME]: waits for as many more transactions.
until_written()
{
	local file=$tmp/${2-shop}.ledger lines

	lines=$(($(wc -l <"$file") + 2 * $1))
	while [ "$(wc -l <"$file")" -lt "$lines" ] && kill -0 "$application" 2>/dev/null; do
		pause
	done
}
follow()
{
	begin='exec ' step backup 'dbcare follow /srv' "/srv/backups=$place" "/srv/app/app.db=$PWD/shop.db --no-compress $encrypt" >"$tmp/out" 2>"$tmp/follow.log" 3<&- &
	follower=$!
	until_seen
	kill -0 "$follower" || cat "$tmp/follow.log"
}
# until_seen: waits until what is committed now has been stored.
until_seen()
{
	local wanted

	wanted=$(date -u +%FT%T.%3NZ)
	until [[ $(newest followed_until) > $wanted ]] || ! kill -0 "$follower" 2>/dev/null; do
		pause 0.2
	done
}
# newest COLUMN: of the newest backup.
newest()
{
	dbcare --db shop.db --json list-backups --directory "$place" 2>/dev/null |
		python3 -c 'import json, sys
rows = json.load(sys.stdin)
print(rows[-1][sys.argv[1]] or "" if rows else "")' "$1"
}
# kept: the files of the backups, without what is known of them and of who follows.
kept()
{
	(cd "$place" && find . -type f ! -name verified.json ! -name state.json ! -name '.*.follow.json' -exec sha256sum {} + | sort -k 2)
}

# backup NAME [OPTION ...]: makes a backup; on a busy machine a writer without a pause may
# have the lock for all the time that is waited for.
backup()
{
	for _ in 1 2 3; do
		step troubleshooting 'dbcare --db shop.db --quiet backup' "monday=$* --directory $place" 2>"$tmp/failed" && break
		grep -q 'Try again when it is done' "$tmp/failed" || break
	done
	[ -d "$place/$1" ] || result 1 "$title: no backup" "$(cat "$tmp/failed")"
}

# secure: makes what the application is restored from, of a random kind.  What is restored
# must be the state after one of the transactions $low to $high.
secure()
{
	local options

	encrypt=
	decrypt=
	if [ "$way" = key ] || [ $((RANDOM % 4)) = 0 ]; then
		encrypt="--encrypt '{\"key_file\": \"$tmp/keys/right\"}'"
		decrypt=${encrypt/encrypt/decrypt}
	fi
	case $kind in
		follow)
			follow
			name=$(newest name)
			;;
		incremental) backup sunday "$encrypt" ;;
	esac
	[ "$kind" != incremental ] || until_written 10
	if [ "$kind" != follow ]; then
		options=$encrypt
		name=monday
		[ "$kind" != compress ] || options+=' --compress'
		[ "$kind" != incremental ] || options+=" --incremental-from sunday"
		read -r low _ < <(ledger count "$tmp/shop.ledger")
		backup monday "$options"
		read -r _ high < <(ledger count "$tmp/shop.ledger")
		until_written $((RANDOM % 40 + 1))
	fi
	moment=
	if [ "$kind" = follow ]; then
		until_written $((RANDOM % 40 + 1))
		if [ $((RANDOM % 2)) = 0 ]; then
			# a moment at which nothing is written
			rest
			read -r low high < <(ledger count "$tmp/shop.ledger")
			until_seen
			moment="--target-time $(date -u +%FT%T.%3NZ)"
			# a look on either side has the same state, however late it is
			until_seen
			work
		else
			read -r low _ < <(ledger count "$tmp/shop.ledger")
		fi
		until_written $((RANDOM % 20 + 1))
		until_seen
		until_written $((RANDOM % 20 + 1))
	fi
}
# die: all processes of the machine end at once.
die()
{
	kill -KILL "$application"
	wait "$application" 2>/dev/null || true
	if [ "$kind" = follow ]; then
		kill -KILL "$follower" 2>/dev/null || true
		wait "$follower" 2>/dev/null || true
	fi
	[ "$kind" != follow ] || [ -n "$moment" ] || read -r _ high < <(ledger count "$tmp/shop.ledger")
}

# ---- the way back ----

# restore FILE [OPTION ...]: restores the chosen moment.
restore()
{
	local file=$1

	shift
	if [ -n "$moment" ]; then
		step backup 'dbcare restore-backup NAME' "NAME=$name" "FILE=$file" "--target-time 2026-01-31T12:00:00Z=$moment --directory $place ${*:-$decrypt}"
	else
		step troubleshooting 'dbcare --db shop.db --quiet restore-backup' "monday shop.db=$name $file --directory $place ${*:-$decrypt}"
	fi >"$tmp/restored" 2>&1
}
# is_back FILE WHAT: what was restored is the state of the moment.
is_back()
{
	state=$(ledger check "$1" "$tmp/shop.ledger" "$low" "$high" 2>&1) || true
	like "$state" '^state [0-9]+$' "$title: $2"
	[[ $state = state* ]] && state=${state#state } || state=0
}
# way_back: the steps of the page "The database is damaged".
way_back()
{
	local code=0 problem

	if [ "$way" != lost ]; then
		step troubleshooting 'mkdir damaged'
		step troubleshooting 'mv shop.db'
		[ "$place" != shop.db-backups ] || step troubleshooting 'mv damaged/shop.db-backups'
	fi
	like "$(step troubleshooting 'dbcare --db shop.db --csv list-backups' "list-backups=list-backups --directory $place" "2>note=2>$tmp/note")" \
		$'\n'"$name," "$title: the backup is listed"
	step troubleshooting 'dbcare --db shop.db --quiet verify-backup' "monday=$name --directory $place $decrypt" >"$tmp/out" 2>&1 || code=$?
	is "$code $(cat "$tmp/out")" '0 ' "$title: ... it is sound"
	restore shop.db || result 1 "$title: restored" "$(cat "$tmp/restored")"
	is_back shop.db 'the rows of the moment are restored'
	[ "$way" != lost ] || return 0
	code=0
	step troubleshooting 'dbcare --db damaged/shop.db --json salvage' >"$tmp/salvaged" 2>&1 || code=$?
	problem=$(ledger saved saved.db "$tmp/shop.ledger" "$([ $code != 0 ] || echo yes)" 2>&1) || true
	is "$problem" '' "$title: rows are salvaged, and what is lost is known ($code)"
	[ -z "$problem" ] || head -c 600 "$tmp/salvaged"
}
# goes_on: the application is started again on what was restored.
goes_on()
{
	local done begun

	ledger cut "$tmp/shop.ledger" "${state:-0}"
	work
	until_written 5
	rest
	read -r done begun < <(ledger count "$tmp/shop.ledger")
	like "$(ledger check shop.db "$tmp/shop.ledger" "$done" "$begun" 2>&1)" '^state' "$title: the application goes on"
}

ways=(kill cut header lost zeroed key disk copy)
kinds=(full compress incremental follow)
modes=(wal delete)
first=$RANDOM
for ((drill = 1; drill <= drills; drill++)); do
	way=${ways[(first + drill) % ${#ways[@]}]}
	kind=${kinds[RANDOM % ${#kinds[@]}]}
	mode=${modes[RANDOM % 2]}
	title="$drill ($way, $kind, $mode)"
	rm -rf "$tmp/app" "$tmp/other" "$tmp"/*.ledger
	mkdir "$tmp/app" "$tmp/other"
	cd "$tmp/app"
	place=shop.db-backups
	[ "$kind" != follow ] && [ "$way" != lost ] || place=$tmp/other/backups
	sqlite3 shop.db >"$tmp/out" <<-END
		pragma journal_mode = $mode;
		create table entry (key integer primary key, text text);
		create index entry_text on entry (text);
		create table done (n integer primary key);
	END
	: >"$tmp/shop.ledger"
	work
	until_written $((RANDOM % 30 + 10))
	secure
	title+=${moment:+, moment}${encrypt:+, encrypted}
	state=
	case $way in
		kill)
			die
			before=$(kept)
			read -r done begun < <(ledger count "$tmp/shop.ledger")
			now=$(ledger check shop.db "$tmp/shop.ledger" "$done" "$begun" 2>&1) || true
			like "$now" '^state' "$title: the database has all that was acknowledged"
			restore back.db || result 1 "$title: restored" "$(cat "$tmp/restored")"
			is_back back.db 'the rows of the moment are restored'
			[[ $now = state* ]] && state=${now#state } || state=0
			goes_on
			;;
		cut)
			die
			before=$(kept)
			# with a header: no rows are salvaged without one
			truncate -s $((RANDOM * 8 % ($(stat -c %s shop.db) - 512) + 512)) shop.db
			way_back
			goes_on
			;;
		header)
			die
			before=$(kept)
			head -c $((RANDOM % 100 + 1)) /dev/urandom | dd of=shop.db conv=notrunc status=none
			way_back
			goes_on
			;;
		lost)
			die
			before=$(kept)
			cd "$tmp"
			rm -rf "$tmp/app"
			mkdir "$tmp/app"
			cd "$tmp/app"
			way_back
			goes_on
			;;
		zeroed)
			die
			before=$(kept)
			pages=$(($(stat -c %s shop.db) / 4096))
			dd if=/dev/zero of=shop.db bs=4096 seek=$((RANDOM % (pages - 1) + 1)) count=1 conv=notrunc status=none
			way_back
			goes_on
			;;
		key)
			die
			before=$(kept)
			restore back.db "${decrypt/right/wrong}" && code=0 || code=$?
			like "$code $(cat "$tmp/restored")" '^2 .*(key is not that of the backup|another key)' "$title: with another key nothing is restored"
			is "$(ls back.db* 2>&1 | grep -v 'cannot access')" '' "$title: ... and nothing is left"
			way_back
			goes_on
			;;
		disk)
			die
			before=$(kept)
			mkdir "$tmp/other/small"
			if [ -n "${own_mounts-}" ]; then
				mount -t tmpfs -o size=64k tmpfs "$tmp/other/small"
				restore "$tmp/other/small/shop.db" && code=0 || code=$?
				like "$code $(cat "$tmp/restored")" '^2 .*(full|space)' "$title: a full disk is an error"
				is "$(ls -A "$tmp/other/small")" '' "$title: ... that leaves nothing"
				step troubleshooting 'dbcare --db shop.db --quiet backup' "monday=tuesday --directory $tmp/other/small/backups" >"$tmp/out" 2>&1 && code=0 || code=$?
				like "$code $(cat "$tmp/out")" '^2 .*(full|space)' "$title: a backup on a full disk is an error"
				is "$(find "$tmp/other/small" -type f)" '' "$title: ... that leaves nothing, too"
				umount "$tmp/other/small"
			fi
			way_back
			goes_on
			;;
		copy)
			rest
			[ "$kind" != follow ] || until_seen
			before=$(kept)
			restore copy.db || result 1 "$title: restored" "$(cat "$tmp/restored")"
			[ -n "$moment" ] || [ "$kind" != follow ] || read -r _ high < <(ledger count "$tmp/shop.ledger")
			is_back copy.db 'a copy has the rows of the moment'
			# somebody looks at it, and writes there, while production goes on
			cp "$tmp/shop.ledger" "$tmp/copy.ledger"
			ledger cut "$tmp/copy.ledger" "$state"
			work copy
			until_written 10 copy
			dbcare --db copy.db --quiet backup of-copy >"$tmp/out" 2>&1 || result 1 "$title: backup of the copy" "$(cat "$tmp/out")"
			rest
			work
			until_written 10
			rest
			is "$(comm -23 <(echo "$before" | sort) <(kept | sort))" '' "$title: a copy leaves the backups as they are"
			restore next.db || result 1 "$title: restored" "$(cat "$tmp/restored")"
			[ -n "$moment" ] || [ "$kind" != follow ] || read -r _ high < <(ledger count "$tmp/shop.ledger")
			is_back next.db 'the next restore has nothing of it'
			[ "$kind" != follow ] || { kill "$follower" && wait "$follower" || true; }
			;;
	esac
	is "$(comm -23 <(echo "$before" | sort) <(kept | sort))" '' "$title: the backups are what they were"
	cd "$top"
done
finish
