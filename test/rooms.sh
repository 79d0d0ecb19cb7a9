#!/bin/bash
# The arrows between rooms point one way.  A room may include headers of the
# rooms on its line of the table in doc/architecture.md, and of rooms these may
# include; a room of a binding has the same rights in common/ and in its own
# binding, and none in another one; what of pg_ext/ needs no server wire/ may include.
# posix/ is a binding of files, which the others may use.  Object files are checked, too, since a
# declaration needs no header.  All rooms may use the tables of the registry (data),
# none its functions.  Files of a room depend on each other one way only, and the names that
# they share have the room in them.  In a tree that is built, each right is used.  Prints the
# violations.
#
# usage: test/rooms.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/..}"

# "room used-room" for each direct right; the table's lines are
# | `room` | `used`, `used` | what it holds |
rights()
{
	sed -n '/^## Rooms/,/^## /p' doc/architecture.md |
		sed -nE 's#^\| `([a-z]+)` \|([^|]*)\|.*#\1 \2#p' | tr -d '`,'
}

# "wing room wing room place" for each include from one room into another.
arrows()
{
	grep -rsnE '^ *# *include "(common|pg_ext|posix|sqlite_ext|wire)/[a-z]+/' \
		common pg_ext posix sqlite_ext wire --include='*.[ch]' |
		grep -vE '^wire/.*"pg_ext/(core/(pinned.def|compat(_nodes)?.h|traits.h)|migrate/schema.h|ops/condition.h|sample/sample.h|lint/(analysis|catalog).h)"' |
		sed -nE 's#^((\w+)/([a-z]+)/[^:]+:[0-9]+):.*"(\w+)/([a-z]+)/.*#\2 \3 \4 \5 \1#p' |
		awk '$1 != $3 || $2 != $4'
}

# "wing room file room file symbol" for each symbol that an object needs of
# another file.
needs()
{
	local wing objects

	for wing in common pg_ext posix sqlite_ext wire; do
		objects=$wing
		[ "$wing" = pg_ext ] || objects=build/$wing
		set -- "$objects"/*/*.o
		[ -f "$1" ] || continue
		nm -A "$@" | sed -nE "s#^$objects/([a-z]+)/([^:]+)\.o:[0-9a-f ]* ([A-Za-z]) (\w+)\$#\1 \2.c \3 \4#p" |
			awk -v wing="$wing" '
				$3 == "U" { needed[$4] = needed[$4] " " $1 "/" $2; next }
				$3 ~ /[A-Z]/ && ($1 != "registry" || $3 == "T") { file[$4] = $1 "/" $2 }
				END {
					for (name in file) {
						n = split(needed[name], users, " ")
						for (i = 1; i <= n; i++) {
							line = wing " " users[i] " " file[name] " " name
							gsub("/", " ", line)
							print line
						}
					}
				}'
	done
}

# Names that files share have the room in them; core, and the rooms of SQLite that are its core,
# have names for all rooms.  PostgreSQL calls dbcare_* by name.
names()
{
	needs | awk '$4 !~ /^(core|sql|trust|call|registry|tools)$/ && $6 ~ /^dbc(pg|sl|w)?_/ &&
		$6 !~ "^dbc(pg|sl|w)?_(run_|posix_|" $4 "(_|$))" {
			print $1 "/" $4 "/" $5 ": " $6 " lacks the name of the room" }' | sort -u
}

# The arrows of symbols from one room into another.
symbols()
{
	needs | awk '$2 != $4 { print $1, $2, $1, $4, $1 "/" $2 "/" $3, $6 }'
}

# Circles between the files of a room of the product.  SQL functions, which only their table calls,
# do not count.
circles()
{
	needs | awk '$2 == $4 && $2 != "tools" && $6 !~ /^dbc_run_/ {
			print $1 "/" $2 "/" $3, $1 "/" $4 "/" $5 }' | sort -u |
		tsort 2>&1 >/dev/null | sed -n 's#^tsort: \(.*/.*\)#\1: is in a circle of files#p'
}

awk '
	NR == FNR {
		rooms[$1] = 1
		for (i = 2; i <= NF; i++)
			may[$1, $i] = direct[$1 " does not use " $i] = 1
		next
	}
	FNR == 1 {
		for (middle in rooms)
			for (from in rooms)
				for (to in rooms)
					if (may[from, middle] && may[middle, to])
						may[from, to] = 1
		for (room in rooms)
			if (may[room, room])
				print "room " room " depends on itself"
	}
	{ delete direct[$2 " does not use " $4] }
	$2 == "tools" { next }
	!($2 in rooms) { print $5 ": room " $2 " is not in doc/architecture.md"; next }
	$1 == "common" && $3 != "common" || $3 != "common" && $3 != "posix" && $3 != $1 {
		print $5 ": " $1 " must not use " $3
		next
	}
	$2 != $4 && !may[$2, $4] { print $5 ": " $2 " must not use " $4 ": " ($7 ? "a header" : $6) }
	END {
		for (right in direct)
			if (built)
				print "doc/architecture.md: room " right
	}
' built="$([ ! -f build/common.a ] || echo 1)" <(rights) <(arrows | sed 's/$/ a header/'; symbols)
circles
names
