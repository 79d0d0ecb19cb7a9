#!/bin/bash
# Runs the tests that find most mistakes in a little more than a minute: the unit
# tests, parity and the house rules, and the pgTAP and SQLite tests of the rooms
# that a change touches.  Prints first these rooms, and last what was not run.
#
# usage: [ROOM='health monitor'] test/quick.sh
#
# Without ROOM (or with ROOM=changed) a room is touched if a file of it differs
# from origin's head, or where nothing does, from the commit before.
set -eu
cd "$(dirname "$0")/.."
. test/suites.sh

# Files that differ from some commit, whether committed or not.
changed_since()
{
	git diff --name-only "$1"
	git ls-files -o --exclude-standard
}

# The rooms of the files that a change touches.
touched()
{
	local files base

	base=$(git merge-base HEAD origin/HEAD 2>/dev/null) || base=HEAD
	files=$(changed_since "$base")
	[ -n "$files" ] || files=$(changed_since HEAD~)
	sed -nE 's#^(common|pg_ext|posix|sqlite_ext|wire|test/[a-z]+)/([a-z]+)/.*#\2#p' <<<"$files" |
		sed 's/^\(sql\|trust\|call\)$/core/' | sort -u | while read -r room; do
		[ ! -d "common/$room" ] || echo "$room"
	done
}

# Tests on one server, one after the other.
on_server()
{
	uses_server=yes
	tap parity test/parity.sh
	[ -z "$pgtap" ] || tap pgtap test/pgtap/run.sh $pgtap
}

# Tests that take longer than all others; rooms that are touched run them.
long='unit/registry/sweep'

[ "${ROOM-changed}" != changed ] || ROOM=$(touched)
rooms=$(echo $ROOM)
echo "rooms: ${rooms:-none}"
pgtap=
sqlite=
for room in $rooms; do
	[ -d "common/$room" ] || {
		echo "there is no room $room" >&2
		exit 2
	}
	[ ! -d "test/pgtap/$room" ] || pgtap+=" $room"
	[ ! -d "test/sqlite/$room" ] || sqlite+=" $room"
done

start_server
job on_server
[ -z "$sqlite" ] || job tap sqlite test/sqlite/run.sh $sqlite
job unit_tests $long
job tap house_rules test/house_rules.sh
run_jobs "$(nproc)"
status=0
finish || status=1
echo "not run: $long, test/process, test/fault, test/fuzz, other rooms (make check)"
exit $status
