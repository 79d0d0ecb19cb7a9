#!/bin/bash
# Runs each sql/parity_*.sql in psql and in sqlite3, and compares both outputs
# with the one file expected/parity_*.out.  Prints TAP.
#
# usage: test/parity.sh [--accept | --sqlite] [NAME ...]
#        test/parity.sh --normalise <OUTPUT
#
# The server is the one the environment (PGHOST, ...) names.  With --accept the
# expected file is rewritten from PostgreSQL's output first; with --sqlite the
# scripts run in sqlite3 alone.
#
# PARITY_SETTINGS has more options for the sessions of PostgreSQL, and PARITY_OUT is where
# the outputs are written.
#
# A script starts in a new database with the extension.  What differs in the
# two shells, not in dbcare, is made equal:
#
#	CALL f();			runs as SELECT f(); in sqlite3
#	t and f				psql's booleans become 1 and 0
#	errors				become "ERROR: message. Detail. Hint" in both
#	schema public		is left out of names
#	notices				are left out
#	-- sqlite3: s;		runs s in sqlite3 only; -- psql: s; in psql only
#	-- since 3.38: why	skips the script in older versions of SQLite
#
#	durations			"duration_ms" and "longest_ms" in a document become 0
#	hashes				"hash" of an event in a document becomes empty
#	directories of backups	become "..."
#	sizes of tables		in the words of the lint they are left out
#
# Real numbers print differently (1 and 1.0): scripts cast them.  Nothing else
# that changes from run to run belongs in a script.
set -eu
cd "$(dirname "$0")/.."

out=${PARITY_OUT:-build/check/parity}
mkdir -p "$out/db"
export PGOPTIONS="-c client_min_messages=warning ${PARITY_SETTINGS-}"
export DBCARE_ASSERT=1

# Writes the words of one error report into one line, as sqlite3 prints it.
join_errors='
function flush() {
	if (report != "")
		print "ERROR: " report
	report = ""
}
function append(part) {
	report = report (report ~ /\.$/ ? " " : ". ") part
}
/^ERROR:  / { flush(); report = substr($0, 9); next }
/^(DETAIL|HINT):  / { sub(/^[A-Z]+:  /, ""); append($0); next }
{ flush(); print }
END { flush() }'

# Runs a script in psql.
on_postgresql()
{
	{
		echo '\set SHOW_CONTEXT never'
		echo '\set ON_ERROR_STOP on'
		printf '%s\n' "drop database if exists $1;" "create database $1;" "\\connect $1"
		echo 'create extension dbcare;'
		echo '\set ON_ERROR_STOP off'
		# as it is from PostgreSQL 15 on
		echo 'revoke create on schema public from public;'
		sed 's/^-- psql: //' "sql/$1.sql"
		printf '%s\n' '\connect postgres' "drop database $1;"
	} | psql -qAtX -F '|' -d postgres 2>&1 | awk "$join_errors" | sed -E 's/(^|[^.])\bpublic\./\1/g; s/'\''::pg_catalog\.(text|jsonb)/'\''/g'
}

# Runs a script in the sqlite3 shell.
on_sqlite()
{
	rm -f "$out/db/$1"*
	{
		echo '.load ./sqlite_ext/dbcare'
		sed -E 's/^call /SELECT /I; s/^-- sqlite3: //' "sql/$1.sql" | $arrows
	} | LD_PRELOAD=${DBCARE_NOSYNC-} stdbuf -oL sqlite3 -batch -list -separator '|' -nullvalue '' \
		"$out/db/$1" 2>&1 |
		sed -E 's/^(Runtime error|Error)( near line [0-9]+)?: (dbcare: )?/ERROR: /
			s/^(ERROR: .*) \([0-9]+\)$/\1/'
}

# Makes booleans 1 and 0 and durations 0, and leaves sizes out.
normalise()
{
	sed -E -e ':again' -e 's/(^|\|)t(\||$)/\11\2/; t again' \
		-e 's/(^|\|)f(\||$)/\10\2/; t again' \
		-e 's/"(duration|longest)_ms": [0-9.e-]+/"\1_ms": 0/g' \
		-e 's/"hash": "[0-9a-f]{64}"/"hash": ""/g' \
		-e 's/(The directory of backups is )"[^"]*"/\1"..."/' \
		-e 's/ \((about [0-9,]+ rows?, )?[0-9.]+ (bytes|[kMGT]B)\)//g'
}

# Runs a script on an engine.
run_on()
{
	"on_$1" "$2" | normalise >"$out/$2.$1"
}

# Compares what an engine gave with the expected file.
compare()
{
	number=$((number + 1))
	if diff -u "expected/$1.out" "$out/$1.$2" >"$out/$1.$2.diff" 2>&1; then
		echo "ok $number - $1 on $2"
	else
		echo "not ok $number - $1 on $2"
		echo "# sql/$1.sql, expected/$1.out"
		sed 's/^/# /' "$out/$1.$2.diff"
		failed=1
	fi
}

accept=
engines='postgresql sqlite'
case ${1-} in
	--normalise) normalise; exit ;;
	--accept) accept=yes ;;
	--sqlite) engines=sqlite ;;
esac
[[ ${1-} != --* ]] || shift
if [ $# -eq 0 ]; then
	set -- $(basename -s .sql -a sql/parity_*.sql)
fi

minor=$(sqlite3 -version | cut -d . -f 2)
# SQLite 3.37 does not have the operators -> and ->>.
arrows=cat
[ "$minor" -ge 38 ] || arrows=test/arrows.pl
number=0
failed=0
echo "1..$(($(wc -w <<<"$engines") * $#))"
for name in "$@"; do
	since=$(sed -n 's/^-- since 3\.\([0-9]*\): .*/\1/p' "sql/$name.sql")
	for engine in $engines; do
		if [ "$engine" = sqlite ] && [ "$minor" -lt "${since:-0}" ]; then
			number=$((number + 1))
			echo "ok $number - $name on sqlite # SKIP $(grep '^-- since' "sql/$name.sql")"
			continue
		fi
		run_on "$engine" "$name"
		if [ -n "$accept" ] && [ "$engine" = postgresql ]; then
			cp "$out/$name.postgresql" "expected/$name.out"
		fi
		compare "$name" "$engine"
	done
done
exit $failed
