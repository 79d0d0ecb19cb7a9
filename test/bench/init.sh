#!/bin/bash
# dbinit_run of the pack validation_platform in an empty database, which has
# dbcare's tables and has loaded the library: at most 2 times as long as the SQL of
# every object that it creates (the tables and indexes of its migrations, its
# seeds, the triggers that keep deleted rows and log changes), which the engine
# runs in one transaction.  What dbcare stores besides, and what it verifies, is
# not in that SQL.  The ratio to the SQL of the migrations alone is a figure.
# Then dbinit_run with automatic, as programs call it when they start, in a
# database that is ready: on SQLite at most 10 ms of the processor.
#
# usage: test/bench/init.sh [ROUNDS]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

rounds=${1:-15}
pack=validation_platform
"${CC:-cc}" -std=c11 -D_XOPEN_SOURCE=700 -O2 -o "$tmp/sqlite_timer" \
	test/bench/sqlite_timer.c -lsqlite3

# took ENGINE DATABASE FILE: milliseconds of the statements of a file
took()
{
	if [ "$1" = postgresql ]; then
		{
			echo 'select dbcare_version();'
			echo '\timing on'
			cat "$3"
		} | postgresql "$2" | awk '$1 == "Time:" { ms += $2 } END { print ms }'
	else
		"$tmp/sqlite_timer" "$tmp/$2.db" ./sqlite_ext/dbcare 1 "@$3"
	fi
}

# median FILE
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# ratio_to KIND: of dbinit_run
ratio_to() { awk -v a="$(median "$tmp/run.ms")" -v b="$(median "$tmp/$1.ms")" 'BEGIN { printf "%.2f", a / b }'; }

# at_most FIGURE LIMIT NAME
at_most() { is "$(awk -v f="$1" -v l="$2" 'BEGIN { print (f <= l) }')" 1 "$3"; }

# objects_of ENGINE: the SQL of what the pack adds to its migrations
objects_of()
{
	"$1" made <<<"select 'insert into object_types values (''' || code || ''', ''' || name || ''');' from object_types;"
	if [ "$1" = postgresql ]; then
		"$1" made <<<"select pg_get_triggerdef(oid) || ';' from pg_trigger where not tgisinternal and tgrelid not in (select oid from pg_class where relnamespace = 'dbcare'::regnamespace) order by oid;"
	else
		"$1" made <<<"select sql || ';' from sqlite_schema where type = 'trigger' and tbl_name not glob 'dbcare_*' order by rowid;"
	fi
}

start_server server fsync=off
echo "select dbinit_run('$pack') is not null;" >"$tmp/run.sql"
echo "select dbinit_run('$pack', '{\"automatic\": true}') is not null;" >"$tmp/start.sql"
for engine in postgresql sqlite; do
	"${engine}_new" made
	"$engine" made <"$tmp/run.sql" >"$tmp/told"
	table=dbcare.migration
	[ $engine = postgresql ] || table=dbcare_migration
	{
		echo 'begin;'
		"$engine" made <<<"select up_sql from $table order by version;"
	} >"$tmp/ddl.sql"
	{
		cat "$tmp/ddl.sql"
		objects_of $engine
	} >"$tmp/all.sql"
	for kind in ddl all; do echo 'commit;' >>"$tmp/$kind.sql"; done
	for kind in run ddl all start processor; do : >"$tmp/$kind.ms"; done
	for ((round = 0; round < rounds; round++)); do
		for kind in run ddl all; do
			"${engine}_new" $kind$round
			"$engine" $kind$round <<<'select dbcare_install() is not null;' >"$tmp/told"
			took $engine $kind$round "$tmp/$kind.sql" >>"$tmp/$kind.ms"
		done
		took $engine run$round "$tmp/start.sql" >>"$tmp/start.ms"
		[ $engine = postgresql ] || CPU=1 took $engine run$round "$tmp/start.sql" >>"$tmp/processor.ms"
	done
	ratio=$(ratio_to all)
	echo "# $engine: dbinit_run $(median "$tmp/run.ms") ms, its objects $(median "$tmp/all.ms") ms, $ratio times; the migrations alone $(median "$tmp/ddl.ms") ms, $(ratio_to ddl) times; when a program starts $(median "$tmp/start.ms") ms"
	at_most "$ratio" 2 "$engine: an initialisation takes at most 2 times as long as the SQL of its objects"
done
processor=$(median "$tmp/processor.ms")
echo "# sqlite: when a program starts $processor ms of the processor"
at_most "$processor" 10 'sqlite: a start takes at most 10 ms of the processor'
finish
