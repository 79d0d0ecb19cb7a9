#!/bin/bash
# dbinit_run of the pack validation_platform in an empty database, which has
# dbcare's tables, against the SQL of its migrations alone, in one transaction: at
# most 2 times as long.  Figures: the same against the SQL of all objects that it
# leaves, with the triggers that keep deleted rows and log changes; and dbinit_run
# with automatic, as programs call it when they start, in a database that is ready.
#
# usage: test/bench/init.sh [ROUNDS]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

rounds=${1:-9}
pack=validation_platform

# took ENGINE DATABASE FILE: milliseconds of the statements of a file
took()
{
	if [ "$1" = postgresql ]; then
		{
			echo 'begin;'
			echo '\timing on'
			cat "$3"
			echo 'commit;'
		} | postgresql "$2" | awk '$1 == "Time:" { ms += $2 } END { print ms }'
	else
		{
			echo 'begin;'
			echo 'select load_extension("sqlite_ext/dbcare");' >/dev/null
			echo '.timer on'
			cat "$3"
			echo 'commit;'
		} | sqlite "$2" | awk '/Run Time/ { ms += $4 * 1000 } END { print ms }'
	fi
}

# median FILE
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# ratio_to KIND: of dbinit_run
ratio_to() { awk -v a="$(median "$tmp/run.ms")" -v b="$(median "$tmp/$1.ms")" 'BEGIN { printf "%.2f", a / b }'; }

start_server server fsync=off
echo "select dbinit_run('$pack') is not null;" >"$tmp/run.sql"
echo "select dbinit_run('$pack', '{\"automatic\": true}') is not null;" >"$tmp/start.sql"
for engine in postgresql sqlite; do
	"${engine}_new" made
	"$engine" made <"$tmp/run.sql" >"$tmp/told"
	table=dbcare.migration
	[ $engine = postgresql ] || table=dbcare_migration
	"$engine" made <<<"select up_sql from $table order by version;" >"$tmp/ddl.sql"
	{
		cat "$tmp/ddl.sql"
		if [ $engine = postgresql ]; then
			"$engine" made <<<"select pg_get_triggerdef(oid) || ';' from pg_trigger where not tgisinternal and tgrelid not in (select oid from pg_class where relnamespace = 'dbcare'::regnamespace) order by oid;"
		else
			"$engine" made <<<"select sql || ';' from sqlite_schema where type = 'trigger' and tbl_name not glob 'dbcare_*' order by rowid;"
		fi
	} >"$tmp/all.sql"
	for kind in run ddl all start; do : >"$tmp/$kind.ms"; done
	for ((round = 0; round < rounds; round++)); do
		for kind in run ddl all; do
			"${engine}_new" $kind$round
			"$engine" $kind$round <<<'select dbcare_install() is not null;' >"$tmp/told"
			took $engine $kind$round "$tmp/$kind.sql" >>"$tmp/$kind.ms"
		done
		took $engine run$round "$tmp/start.sql" >>"$tmp/start.ms"
	done
	ratio=$(ratio_to ddl)
	echo "# $engine: dbinit_run $(median "$tmp/run.ms") ms, DDL $(median "$tmp/ddl.ms") ms, $ratio times; with its triggers $(median "$tmp/all.ms") ms, $(ratio_to all) times; when a program starts $(median "$tmp/start.ms") ms"
	is "$(awk -v r="$ratio" 'BEGIN { print (r <= 2) }')" 1 "$engine: an initialisation takes at most 2 times as long as its DDL"
done
finish
