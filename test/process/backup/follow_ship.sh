#!/bin/bash
# dbcare follow --to-command: what is stored goes to a command, too, and a database is
# restored from what the command has got alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
dbcare=$PWD/build/dbcare
extension=$PWD/sqlite_ext/dbcare
cd "$tmp" || exit 1
mkfifo pause
exec 3<>pause
# no passphrase, from which to compute the key takes half a second
head -c 32 /dev/urandom >key
chmod 600 key
key="{\"key_file\": \"$tmp/key\"}"

pause()
{
	read -rt "${1-0.02}" -u 3 _ || true
}
# follow COMMAND [OPTION ...]: begins to follow; the process is $follower.
follow()
{
	"$dbcare" follow here --db app.db --to-command "$@" 3<&- 4>&- >>out 2>>log &
	follower=$!
}
end_follower()
{
	kill "${1--TERM}" "$follower" 2>/dev/null || true
	wait "$follower" 2>/dev/null
}
# rows DIRECTORY [OPTION ...]: the rows of the last state there, or why there is none.
rows()
{
	local directory=$1 name

	shift
	rm -f restored.db
	name=$("$dbcare" list-backups --directory "$directory" --csv 2>&1 | sed '1d;s/,.*//' | tail -n 1)
	"$dbcare" restore-backup "${name:-none}" restored.db --directory "$directory" "$@" >restore.out 2>&1 &&
		sqlite3 restored.db 'select group_concat(a) from t' || cat restore.out
}
# until_rows ROWS DIRECTORY [OPTION ...]: waits until these rows are there.
until_rows()
{
	local wanted=$1

	shift
	until [ "$(rows "$@")" = "$wanted" ] || ! kill -0 "$follower" 2>/dev/null; do
		pause
	done
	rows "$@"
}
write()
{
	sqlite3 app.db "insert into t values ($1)"
}

sqlite3 app.db 'pragma journal_mode = wal; create table t (a); insert into t values (1)' >out
# an application has it open, so that its log stays
mkfifo hold
sqlite3 app.db <hold >held &
exec 4>hold
echo 'select count(*) from t;' >&4
until [ -s held ]; do
	pause
done

# ---- a directory elsewhere ----

mkdir far
follow "tar -xC '$tmp/far'"
until_rows 1 far >out
write 2
is "$(until_rows 1,2 far)" 1,2 'changes are given while they come'
moment=$(date -u +%FT%T.%3NZ)
# a look on either side has the same state, however late it is
until [[ $(newest_backup here followed_until) > $moment ]] || ! kill -0 "$follower" 2>/dev/null; do
	pause
done
write 3
write 4
code=0
end_follower || code=$?
is "$code $(rows far)" '0 1,2,3,4' 'SIGTERM ends it when the command has the rest'
is "$(rows far --target-time "$moment")" 1,2 'a moment is restored from there'
is "$("$dbcare" verify-backup "$(ls far)" --directory far --level 3 --json | grep -o '"ok": [a-z]*')" '"ok": true' \
	'what the command has got is verified there'
is "$(diff -r here far | grep -v '^Only in here: \.' || true)" 'diff -r here/'"$(ls far)"'/verified.json far/'"$(ls far)"'/verified.json
1c1
< '"$(cat here/*/verified.json)"'
---
> '"$(cat far/*/verified.json)" 'the files are the same'
is "$(stat -c %a far/* far/*/manifest.json | xargs)" '700 600' 'only their owner can read them'

# ---- kills ----

follow "tar -xC '$tmp/far'"
write 5
until_rows 1,2,3,4,5 far >out
end_follower -KILL || true
write 6
follow "tar -xC '$tmp/far'"
is "$(until_rows 1,2,3,4,5,6 far)" 1,2,3,4,5,6 'a process that was killed continues'
is "$(find far -name '*manifest*' | wc -l)" 1 '... with what was given'
mkdir secret here/planted
echo '{"changes": 1}' >secret/state.json
echo secret >secret/1
cp here/*T*/manifest.json here/planted/
ln -s "$tmp/secret" here/planted/changes
until [ -e far/planted/manifest.json ] || ! kill -0 "$follower"; do
	pause
done
end_follower || true
is "$(ls far/planted)" manifest.json 'a link in the place of changes is not followed'
rm -r here/planted far/planted

# ---- a command that fails ----

cat >fails.sh <<'END'
[ ! -e broken ] || { head -c 3000 | tar -xC far 2>/dev/null; exit 7; }
tar -xC far
END
touch broken
: >log
rm -r far
mkdir far
follow 'sh fails.sh'
until grep -q 'has failed' log || ! kill -0 "$follower"; do
	pause
done
like "$(cat log)" 'NOTICE: app.db: the command of --to-command has failed: .*exit code 7' 'a command that fails is reported'
status()
{
	sqlite3 app.db -cmd ".load $extension" "select dbbackup_follow_status('{\"directory\": \"$tmp/here\"}') ->> 'problem'" 2>&1
}
like "$(status)" 'the command of --to-command has failed: .*exit code 7' '... the status has it'
rm broken
is "$(until_rows 1,2,3,4,5,6 far)" 1,2,3,4,5,6 '... and gets the same again, all of it if it is another command'
is "$(status)" '' '... and the status has no problem'
is "$(grep -c 'has failed' log) $(grep -c 'has what was stored again' log)" '1 1' '... which is said once'
touch broken
write 7
code=0
end_follower || code=$?
like "$code $(tail -n 2 log)" '2 .*the command of --to-command does not have the last changes' 'at the end the exit code tells'
rm broken

# a command that succeeds without reading
: >log
follow true
until grep -q 'has failed' log || ! kill -0 "$follower"; do
	pause
done
like "$(cat log)" 'the command of --to-command has failed: it (has not read|was not given) everything' \
	'a command that does not read what it is given has failed'
end_follower || true

# ---- archives, encrypted ----

rm -r here far
mkdir store far
# shellcheck disable=SC2016
follow 'cat >"store/$DBCARE_ARCHIVE.tar"' --encrypt "$key"
archived()
{
	local file

	rm -rf far
	mkdir far
	for file in store/*.tar; do
		tar -xf "$file" -C far 2>/dev/null || true
	done
	rows far --decrypt "$key"
}
until [ "$(archived)" = 1,2,3,4,5,6,7 ] || ! kill -0 "$follower"; do
	pause
done
write 8
until [ "$(archived)" = 1,2,3,4,5,6,7,8 ] || ! kill -0 "$follower"; do
	pause
done
is "$(archived)" 1,2,3,4,5,6,7,8 'archives in the order of their names are a directory of backups'
end_follower || true
# the transfer of the last changes was interrupted
write 9
follow 'cat >/dev/null' --encrypt "$key"
until_rows 1,2,3,4,5,6,7,8,9 here --decrypt "$key" >out
end_follower || true
cp -r here cut
last=$(find cut -name '0*.dbs' | sort | tail -n 1)
truncate -s 100 "$last"
rows cut --decrypt "$key" >out
like "$(cat out)" 'changes [0-9]* of backup "[^"]*" are damaged.*was changed.*until [0-9T:.-]*Z can be restored: pass that as target_time' \
	'changes that are cut name the moment before them'
is "$(rows cut --decrypt "$key" --target-time "$(grep -oE 'until [0-9T:.Z-]+ can' out | cut -d ' ' -f 2)")" 1,2,3,4,5,6,7,8 \
	'... which is restored'
truncate -s 100 "$(find cut -name '0*.dbs' | sort | head -n 1)"
like "$(rows cut --decrypt "$key")" 'can be restored: move its directory changes elsewhere' '... or else the backup as it was made'
rm -r cut/*/changes
is "$(rows cut --decrypt "$key")" 1,2,3,4,5,6,7 '... by that hint'
finish
