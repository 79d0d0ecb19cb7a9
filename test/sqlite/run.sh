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
# The lines that begin with "--> " end a test: they are all that was printed
# since the test before, errors too.  The last line before them that begins
# with "-- " is its name.  What only prepares a test is written above it and
# prints nothing.
#
# A file starts in an empty database test.db, in a new directory, after begin.inc,
# which it reads again after .open.  .read repair.inc runs the fix_sql.  A file can
# read every .inc of this directory and of its room, and test/old.
set -euo pipefail
cd "$(dirname "$0")"

root=$(cd ../.. && pwd)
here=$PWD
mark='=== next test ==='
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C.UTF-8

# Prints a mark after each test, so that the output can be cut there.
marked()
{
	awk -v mark="$mark" '
		ends && !/^-->/ { print ".print " mark; ends = 0 }
		{ print }
		/^-->/ { ends = 1 }
		END { if (ends) print ".print " mark }' "$1"
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
	local dir=$tmp/$1

	mkdir -p "$dir"
	ln -s "${DBCARE_SQLITE:-$root/sqlite_ext/dbcare.so}" "$here"/*.inc "$root"/test/old/*.sqlite.sql \
		$(find "$here/${1%/*}" -name '*.inc') "$dir/"
	{
		echo '.read begin.inc'
		marked "$1.sql"
	} | (cd "$dir" && shell) 2>&1 | awk -v dir="$dir/" '
		{ gsub(dir, "") }
		sub(/^(Runtime|Parse) error near line [0-9]+: /, "ERROR: ") {
			quotes = 1
			print
			next
		}
		quotes && /^  / { next }
		/^\(27\) dbcare: history of database / { next }
		{ quotes = 0; print }'
}

# Compares the output of a script (the second file) with the script (the first).
compare()
{
	awk -v mark="$mark" -v file="$1" '
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
