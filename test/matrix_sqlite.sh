#!/bin/bash
# Tests dbcare with other versions of SQLite.
#
# usage: test/matrix_sqlite.sh DIR SOURCES ...
#
# SOURCES is a folder with an amalgamation (sqlite3.c, sqlite3.h, sqlite3ext.h) and
# the shell (shell.c) of a version.  Its library and its shell are built in
# DIR/VERSION, the extension is compiled with its headers, and the suites of SQLite
# run in its shell and with its library.  Prints a line per version, as
# doc/compatibility.md has it; logs are in DIR/VERSION.tests.
#
# A version that dbcare refuses is one test: it says why.  PROCESSES names the
# scripts of test/process that run; these need no PostgreSQL.
set -eu
cd "$(dirname "$0")/.."

[ $# -gt 1 ] || {
	sed -n 's/^# usage: //p' "$0" >&2
	exit 2
}
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift

processes=${PROCESSES-archive/locks backup/cleanup backup/format vault/secrets backup/sqlite
	health/peers_sqlite monitor/killed monitor/neighbour registry/hosts}
faults='registry/refused:400:8 core/kept core/embedded core/second_connections migrate/rebuild migrate/threads
	monitor/connections monitor/normal monitor/unlocked'
# what Debian's build has
options='-DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_FTS4
	-DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_JSON1 -DSQLITE_ENABLE_DBSTAT_VTAB
	-DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_ENABLE_STMTVTAB -DSQLITE_ENABLE_PREUPDATE_HOOK
	-DSQLITE_SECURE_DELETE -DSQLITE_SOUNDEX -DSQLITE_ENABLE_UNKNOWN_SQL_FUNCTION
	-DSQLITE_MAX_VARIABLE_NUMBER=250000 -DSQLITE_USE_URI=1 -DSQLITE_ENABLE_LOAD_EXTENSION'

# build SOURCES TO: the library and the shell.
build()
{
	mkdir -p "$2"
	# several words
	# shellcheck disable=SC2086
	cc -O2 -w -fPIC $options ${SQLITE_OPTIONS-} -c -o "$2/sqlite3.o" "$1/sqlite3.c"
	cc -shared -o "$2/libsqlite3.so.0" -Wl,-soname,libsqlite3.so.0 "$2/sqlite3.o" \
		-lm -ldl -lpthread
	# shellcheck disable=SC2086
	cc -O2 -w $options ${SQLITE_OPTIONS-} -I "$1" -o "$2/sqlite3" "$1/shell.c" "$2/sqlite3.o" \
		-lm -ldl -lpthread
}

# Compiles the extension with the headers of a version.
compile()
{
	cc -fsyntax-only -std=c11 -D_XOPEN_SOURCE=700 -Wall -Wextra -Werror -I. -I "$1" \
		-DDBC_VERSION='"0"' sqlite_ext/*/*.c
}

# Passed if the shell does not load the extension, and says why.
refuses()
{
	"$1/sqlite3" :memory: '.load ./sqlite_ext/dbcare' 2>&1 | grep 'dbcare needs'
}

# refuses_without_json SOURCES TO: passed if a build without JSON functions does not load
# the extension, and the error says why.
refuses_without_json()
{
	# several words
	# shellcheck disable=SC2086
	cc -O0 -w ${options/-DSQLITE_ENABLE_JSON1/-DSQLITE_OMIT_JSON} ${SQLITE_OPTIONS-} -I "$1" \
		-o "$2/without_json" "$1/shell.c" "$1/sqlite3.c" -lm -ldl -lpthread
	"$2/without_json" :memory: '.load ./sqlite_ext/dbcare' 2>&1 | grep 'dbcare needs the JSON functions of SQLite'
}

# The suites, with the programs of a version.
suites()
{
	. test/suites.sh
	logs=$dir/$version.tests
	rm -rf "$logs"
	mkdir -p "$logs"
	if refuses "$1" >/dev/null; then
		rule refused refuses "$1"
		finish
		return
	fi
	export PATH=$1:$PATH LD_LIBRARY_PATH=$1
	rule headers compile "$2"
	rule without_json refuses_without_json "$2" "$1"
	tap sqlite test/sqlite/run.sh
	tap parity test/parity.sh --sqlite
	# SQL in the others has the operator ->>
	if [ "$(cut -d . -f 2 <<<"$version")" -lt 38 ]; then
		finish
		return
	fi
	for name in $faults; do
		# a program and its arguments
		# shellcheck disable=SC2086
		[ ! -x "build/fault/${name%%:*}" ] || tap "fault/${name%%:*}" "build/fault/"${name//:/ }
	done
	for name in $processes; do
		tap "process/$name" "test/process/$name.sh"
	done
	finish
}

failed=0
echo '| SQLite | result |'
echo '| --- | --- |'
for sources in "$@"; do
	version=$(sed -n 's/^#define SQLITE_VERSION *"\(.*\)"/\1/p' "$sources/sqlite3.h")
	[ -x "$dir/$version/sqlite3" ] || build "$sources" "$dir/$version"
	(suites "$dir/$version" "$sources") >"$dir/$version.log" 2>&1 || failed=1
	printf '| %s | %s |\n' "$version" "$(tail -n 1 "$dir/$version.log")"
done
exit $failed
