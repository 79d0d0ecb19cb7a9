#!/bin/bash
# Runs test/sqlite/ROOM/*.sql in the sqlite3 shell and prints one TAP stream.
#
# usage: test/sqlite/run.sh [ROOM | ROOM/NAME ...]
#
# A test file is a script for the shell with the expected output below each step:
#
#	-- options are JSON
#	select dbhealth_score('level');
#	--> ERROR: dbcare: argument options of dbhealth_score is not valid JSON
#
# A test that is right in some versions of SQLite only says so in its last comment,
# below its name: "-- until 3.40" and "-- since 3.44", with a reason behind a colon.
#
# The lines that begin with "--> " end a test: they are all that was printed
# since the test before, errors too.  The last line before them that begins
# with "-- " is its name.  What only prepares a test is written above it and
# prints nothing.
#
# A file starts in an empty database test.db, in a new directory, after begin.inc,
# which it reads again after .open.  .read repair.inc runs the fix_sql.  A file can
# read every .inc of this directory and of its room.
set -euo pipefail
export DBCARE_ASSERT=1
cd "$(dirname "$0")"

root=$(cd ../.. && pwd)
here=$PWD
mark='=== next test ==='
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C.UTF-8

# What SQLite 3.42 and later say of a quoted column that does not exist.
hint='"([^"]*)" - should this be a string literal in single-quotes\?'
hint_of_column="s/column: $hint( [A-Z]|)/column: \1\x01\2/; s/\x01 /. /; s/\x01//"
# The shells of SQLite up to 3.50 print the code of an error behind it.
codes=$(sqlite3 -batch :memory: 'create table t (a not null); insert into t values (null);' 2>&1 |
	grep -c '(19)$' || true)
# SQLite 3.37 does not have the operators -> and ->>.
minor=$(sqlite3 -version | cut -d . -f 2)
arrows=cat
[ "$minor" -ge 38 ] || arrows="$root/test/arrows.pl"

# Prints a mark after each test, so that the output can be cut there, and gives every
# connection the same defaults.
marked()
{
	$arrows "$1" | awk -v mark="$mark" '
		ends && !/^-->/ { print ".print " mark; ends = 0 }
		{ print }
		/^\.open / { print ".read defaults.inc" }
		/^-->/ { ends = 1 }
		END { if (ends) print ".print " mark }'
}

# The shell ends with 1 when a statement has failed.
shell()
{
	local status=0

	LD_PRELOAD=${DBCARE_NOSYNC-} stdbuf -oL sqlite3 -init /dev/null -batch -list test.db || status=$?
	[ $status -le 1 ] || echo "sqlite3 ended with status $status"
}

# Runs a script in a new directory.  Errors lose what depends on the place of
# the statement: its line, and the piece of it that the shell quotes; names of
# files lose the directory.  Ends of the history in the error log are left out,
# since their hashes change.
run_script()
{
	local dir=$tmp/$1 file

	mkdir -p "$dir"
	ln -s "${DBCARE_SQLITE:-$root/sqlite_ext/dbcare.so}" "$dir/"
	ln -s "$root/test/flip.pl" "$dir/"
	for file in "$here"/*.inc $(find "$here/${1%/*}" -name '*.inc'); do
		$arrows "$file" >"$dir/${file##*/}"
	done
	{
		echo '.read defaults.inc'
		echo '.read begin.inc'
		marked "$1.sql"
	} | (cd "$dir" && shell) 2>&1 | sed -E "$hint_of_column" | awk -v dir="$dir/" '
		{ gsub(dir, "") }
		sub(/^((Runtime|Parse) e|E)rror near line [0-9]+( of [^:]*)?: /, "ERROR: ") {
			quotes = 1
			print
			next
		}
		quotes && /^  / { next }
		/^\(0\) dbcare: history of database / { next }
		{ quotes = 0; print }'
}

# Compares the output of a script (the second file) with the script (the first).
compare()
{
	awk -v mark="$mark" -v file="$1" -v codes="$codes" -v minor="$minor" '
		# of this version?  Leaves the reason in why.
		function is_for(line,    words) {
			split(line, words, /[ .:]+/)
			why = line
			sub(/^-- /, "", why)
			return words[2] == "until" ? minor <= words[4] : minor >= words[4]
		}
		FNR == NR && /^-- (until|since) 3[.][0-9]+: / {
			if (!is_for($0))
				skipped[count + 1] = why
			next
		}
		!codes && FNR == NR && /^--> ERROR: / { sub(/ \([0-9]+\)$/, "") }
		FNR == NR && /^-- [^-]/ { name = substr($0, 4) }
		FNR == NR && /^-->/ {
			if (!ends) {
				names[++count] = name
				lines[count] = FNR
			}
			wanted[count] = wanted[count] substr($0, 5) "\n"
		}
		FNR == NR { ends = /^-->/; next }
		$0 == mark { at++; next }
		{ got[at + 1] = got[at + 1] $0 "\n" }
		function comment(title, text) {
			gsub(/\n/, "\n#   ", text)
			return "# " title ":\n#   " substr(text, 1, length(text) - 5)
		}
		END {
			if (count + 1 in got)
				names[++count] = "no output after the last test"
			for (i = 1; i <= count; i++) {
				if (i in skipped) {
					print "ok - " file ": " names[i] " # SKIP " skipped[i]
					continue
				}
				if (i <= at && got[i] == wanted[i]) {
					print "ok - " file ": " names[i]
					continue
				}
				print "not ok - " file ": " names[i]
				print "# test/sqlite/" file ".sql:" lines[i]
				print comment("wanted", wanted[i])
				print comment("got", got[i])
			}
		}' "$1.sql" "$2"
}

# Numbers the results of all files and ends with the plan.
numbered()
{
	awk '
		/^ok - / { sub(/^ok/, "ok " ++n) }
		/^not ok - / { sub(/^not ok/, "not ok " ++n); failed = 1 }
		{ print }
		END { print "1.." n + 0; exit failed }'
}

[ $# -gt 0 ] || set -- */
for name in $(for name in "$@"; do ls "${name%.sql}.sql" "${name%/}"/*.sql 2>/dev/null; done); do
	name=${name%.sql}
	run_script "$name" >"$tmp/output"
	compare "$name" "$tmp/output"
done | numbered
