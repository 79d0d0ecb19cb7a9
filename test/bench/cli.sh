#!/bin/bash
# The command against the engines' shells: the start of "dbcare status" against
# select 1 in sqlite3 and psql (at most 1.2 times as long), and 1,000 migrations
# against the call of dbmigrate_apply() in a shell, both with the files loaded (at
# most 1.1 times).
#
# usage: test/bench/cli.sh [ROUNDS]
#
# DBCARE is another dbcare than the one that was built.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

rounds=${1:-5}
starts=40
dbcare=${DBCARE:-$PWD/build/dbcare}

# took COMMAND ...: milliseconds of a command
took()
{
	echo $(($(took_us "$@") / 1000))
}

# took_us COMMAND ...: microseconds
took_us()
{
	local start=$EPOCHREALTIME end

	"$@" >"$tmp/told" 2>&1
	end=$EPOCHREALTIME
	echo $((${end/./} - ${start/./}))
}

# compare NAME LIMIT UNIT: the medians of $tmp/here and $tmp/there
compare()
{
	local here there ratio middle=$((($(wc -l <"$tmp/here") + 1) / 2))

	here=$(sort -n "$tmp/here" | sed -n "${middle}p")
	there=$(sort -n "$tmp/there" | sed -n "${middle}p")
	ratio=$(awk -v a="$here" -v b="$there" 'BEGIN { printf "%.2f", a / b }')
	echo "# $1: $here $3 against $there $3, $ratio times (limit $2)"
	is "$(awk -v r="$ratio" -v limit="$2" 'BEGIN { print (r <= limit) }')" 1 "$1"
	rm "$tmp/here" "$tmp/there"
}

start_server server
mkdir "$tmp/files"
for ((i = 1; i <= 1000; i++)); do
	printf -- '-- migrate:up\ncreate table t%d (id integer primary key, v text);\n-- migrate:down\ndrop table t%d;\n' $i $i \
		>"$tmp/files/$(printf %04d $i)_t.sql"
done
load()
{
	if [ "$engine" = sqlite ]; then
		sqlite3 "$tmp/sql.db" -cmd '.load ./sqlite_ext/dbcare' \
			"select dbmigrate_load('$tmp/files'); select dbmigrate_apply();"
	else
		psql -qAtXd sql -c "select dbmigrate_load('$tmp/files')" -c 'select dbmigrate_apply()'
	fi
}
chmod -R a+rX "$tmp/files"
for engine in postgresql sqlite; do
	"${engine}_new" small
	"$engine" small <<<"select dbmigrate_add('1', 'one', 'create table a (id integer primary key)'); select dbmigrate_apply();" >"$tmp/told"
	# the program itself: the psql of the tests is a script that looks for a newer library
	shell=("$(pg_config --bindir)/psql" -XAtd small -c 'select 1')
	[ "$engine" = postgresql ] || shell=(sqlite3 "$tmp/small.db" 'select 1')
	# one after the other, so that other work on the machine slows both
	for ((round = 0; round < rounds * starts; round++)); do
		took_us "$dbcare" --db "$(at "$engine" small)" status >>"$tmp/here"
		took_us "${shell[@]}" >>"$tmp/there"
	done
	compare "$engine: start of status" 1.2 us
	for ((round = 0; round < rounds; round++)); do
		"${engine}_new" cli
		"${engine}_new" sql
		took "$dbcare" -q --db "$(at "$engine" cli)" migrate --dir "$tmp/files" >>"$tmp/here"
		took load >>"$tmp/there"
		[ "$engine" = sqlite ] || psql -qd postgres -c 'drop database cli' -c 'drop database sql'
	done
	compare "$engine: 1,000 migrations" 1.1 ms
done
finish
