#!/bin/bash
# Measures dbcare against the engines' own programs.
#
# usage: test/bench/run.sh [ROUNDS [PART ...]]
#
# PART is apply, deploy, test, lint, nothing, status, report, catalog, check,
# json, growth, rooms, large, rows, wire, audit, archive, beside,
# calls, tables, monitor or starts; all of them when left out.  Every line is measured in one go:
# dbcare and its peer take turns for ROUNDS rounds (default 9).  What writes does
# so in a new database, and none is dropped before the end, for removing thousands
# of files slows what comes after it.  A line gives the medians of both, the median
# of the ratios of the rounds with their quartiles, and whether that is within the
# limit; an exclamation mark stands where it is not.
set -eu
cd "$(dirname "$0")/../.."

rounds=${1:-9}
parts=${*:2}
: "${parts:=apply deploy test lint nothing status report catalog check json growth rooms large rows wire audit archive beside calls tables monitor starts}"
settings="shared_preload_libraries='' wal_level=replica autovacuum=off
	max_wal_size=8GB checkpoint_timeout=1h max_locks_per_transaction=2048
	shared_buffers=1GB"

work=$(mktemp -d)
: >"$work/over"
server=$work/pg
databases=0
ms=

# Stops the server and removes everything.
cleanup()
{
	test/pg_server.sh stop "$server" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# ---- measuring; what is measured leaves its milliseconds in ms ----

# Runs a command and measures all of the process.
elapsed()
{
	local start=$EPOCHREALTIME

	"$@" >"$work/out"
	ms=$(((${EPOCHREALTIME/./} - ${start/./})))e-3
}

# The given quantile of the numbers read.
quantile()
{
	sort -g | awk -v q="$1" '
		{ x[NR] = $1 }
		END { print x[int((NR - 1) * q + 0.5) + 1] }'
}

# Prints the head of a table of ratios.
head_line()
{
	printf '\n%-46s%9s %9s %7s  %13s %6s\n' '' 'dbcare ms' 'peer ms' ratio \
		quartiles limit
}

# Prints a line of the table: its name, its limit or -, and from standard input
# a line "dbcare peer" for every round.
report()
{
	local rows ratios line

	rows=$(cat)
	ratios=$(awk '{ print $1 / $2 }' <<<"$rows")
	line=$(awk -v a="$(cut -d ' ' -f 1 <<<"$rows" | quantile 0.5)" \
		-v b="$(cut -d ' ' -f 2 <<<"$rows" | quantile 0.5)" \
		-v ratio="$(quantile 0.5 <<<"$ratios")" \
		-v low="$(quantile 0.25 <<<"$ratios")" \
		-v high="$(quantile 0.75 <<<"$ratios")" -v limit="$2" 'BEGIN {
			printf "%9.1f %9.1f %7.2f  %5.2f -%5.2f %6s%s", a, b, ratio, low,
				high, limit, limit == "-" ? "" : (ratio > limit) ? " not met !" : " met"
		}')
	printf '%-46s%s\n' "$1" "$line"
	case $line in
		*!) echo "$1" >>"$work/over" ;;
	esac
}

# compare NAME LIMIT DBCARE PEER: has two functions take turns.
compare()
{
	local round mine

	for round in $(seq "$rounds"); do
		"$3"
		mine=$ms
		"$4"
		echo "$mine $ms"
	done >"$work/rows"
	report "$1" "$2" <"$work/rows"
}

# growth NAME FUNCTION PEER FROM SIZE ...: has functions run with n set to each
# size and prints the microseconds per unit, and how much they grow from size
# FROM to the last.  What the engine alone grows by, which PEER tells unless it
# is -, is not dbcare's: SQLite reads its schema anew for many a change of it,
# and slower the larger it is.
growth()
{
	local name=$1 functions=("$2" "$3") from=$4 round n run

	shift 4
	[ "${functions[1]}" != - ] || unset 'functions[1]'
	for round in $(seq "$rounds"); do
		for n in "$@"; do
			for run in "${functions[@]}"; do
				"$run"
				echo "$ms" >>"$work/$run.$n"
			done
		done
	done
	for run in "${functions[@]}"; do
		for n in "$@"; do
			echo "$run $n $(quantile 0.5 <"$work/$run.$n")"
		done
	done | awk -v name="$name" -v from="$from" -v limit="${limit:-1.5}" '
		function line(title, row, tail) {
			printf "%-34s%s%8.2f%s\n", title, figures[row], last[row] / first[row], tail
		}
		!($1 in figures) { function_of[++rows] = $1 }
		{
			each = $3 * 1000 / $2
			figures[$1] = figures[$1] sprintf("%9.1f", each)
			if ($2 == from)
				first[$1] = each
			last[$1] = each
		}
		END {
			mine = function_of[1]
			peer = function_of[2]
			growth = last[mine] / first[mine]
			if (rows == 2)
				growth /= last[peer] / first[peer]
			line(name, mine, sprintf("%8.2f %6s%s", growth, limit, growth > limit ? " !" : ""))
			if (rows == 2)
				line("  the engine alone", peer, "")
		}' >"$work/growth"
	cat "$work/growth"
	grep '!$' "$work/growth" >>"$work/over" || true
}

# ---- what is measured on ----

# Makes n migrations for both engines, each set also as one file, and again with
# their downs.
make_migrations()
{
	local files pairs

	for engine in postgres sqlite; do
		files=$work/migrations/$engine.$1
		mkdir -p "$files"
		awk -v n="$1" -v engine=$engine -v dir="$files" \
			-f test/bench/migrations.awk
		cat "$files"/*.sql >"$files.all"
		pairs=$work/migrations/pairs.$engine.$1
		mkdir -p "$pairs"
		awk -v n="$1" -v engine=$engine -v dir="$pairs" -v downs=1 \
			-f test/bench/migrations.awk
		{
			echo 'begin;'
			cat "$files.all"
			echo 'commit;'
		} >"$files.transaction"
	done
}

# Sets db to a new database with dbcare.
new_postgres()
{
	databases=$((databases + 1))
	db=bench_$databases
	createdb -T bench "$db"
}

# Sets db to a new file.
new_sqlite()
{
	databases=$((databases + 1))
	db=$work/bench_$databases.db
}

# psql as a program would call it.
on_postgres()
{
	psql -qAtX -v ON_ERROR_STOP=1 -d "$db" "$@"
}

# The sqlite3 shell, with dbcare and without.
on_sqlite()
{
	sqlite3 -batch -bail -cmd '.load ./sqlite_ext/dbcare' "$db" "$@"
}

on_plain_sqlite()
{
	sqlite3 -batch -bail "$db" <"$1"
}

# Measures a script without the start of the program that runs it; with CPU, the time of
# the processor.
in_postgres()
{
	local now='extract(epoch from clock_timestamp()) * 1000'

	[ -z "${CPU-}" ] || now="split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::numeric / 1000000"
	ms=$(on_postgres -f - <<-END | tail -n 1
		select $now as start \gset
		$1
		select $now - :start;
	END
	)
}

in_sqlite()
{
	ms=$("$work/sqlite_timer" "$db" ./sqlite_ext/dbcare 1 "$1")
}

load()
{
	echo "select dbmigrate_load('$work/migrations/$1.$n');"
}

apply='select dbmigrate_apply();'
rollback="select dbmigrate_rollback('0');"

# ---- applying ----

postgres_apply()
{
	new_postgres
	on_postgres -c "$(load postgres)" >"$work/out"
	elapsed on_postgres -c "$apply"
}

postgres_load_apply()
{
	new_postgres
	elapsed on_postgres -c "$(load postgres)" -c "$apply"
}

postgres_peer()
{
	new_postgres
	elapsed on_postgres -1 -f "$work/migrations/postgres.$n.all"
}

sqlite_apply()
{
	new_sqlite
	on_sqlite "$(load sqlite)" >"$work/out"
	elapsed on_sqlite "$apply"
}

sqlite_load_apply()
{
	new_sqlite
	elapsed on_sqlite "$(load sqlite)" "$apply"
}

sqlite_peer()
{
	new_sqlite
	elapsed on_plain_sqlite "$work/migrations/sqlite.$n.transaction"
}

part_apply()
{
	local n=1000

	head_line
	compare 'PostgreSQL: apply 1,000 / psql -1 -f' 1.2 \
		postgres_apply postgres_peer
	compare 'PostgreSQL: load and apply 1,000 / psql -1 -f' - \
		postgres_load_apply postgres_peer
	compare 'SQLite: apply 1,000 / sqlite3 <file' 1.2 \
		sqlite_apply sqlite_peer
	compare 'SQLite: load and apply 1,000 / sqlite3 <file' - \
		sqlite_load_apply sqlite_peer
}

# ---- testing ----

postgres_test()
{
	new_postgres
	on_postgres -c "$(load pairs.postgres)" >"$work/out"
	elapsed on_postgres -c 'select dbmigrate_test();'
}

postgres_up_and_down()
{
	new_postgres
	on_postgres -c "$(load pairs.postgres)" >"$work/out"
	elapsed on_postgres -c "$apply" -c "$rollback"
}

sqlite_test()
{
	new_sqlite
	on_sqlite "$(load pairs.sqlite)" >"$work/out"
	elapsed on_sqlite 'select dbmigrate_test();'
}

sqlite_up_and_down()
{
	new_sqlite
	on_sqlite "$(load pairs.sqlite)" >"$work/out"
	elapsed on_sqlite "$apply" "$rollback"
}

part_test()
{
	local n=1000

	head_line
	compare 'PostgreSQL: test 1,000 / apply and roll back' 4 \
		postgres_test postgres_up_and_down
	compare 'SQLite: test 1,000 / apply and roll back' 4 \
		sqlite_test sqlite_up_and_down
}

. test/bench/deploy.sh
. test/bench/json.sh
. test/bench/lint.sh

# ---- nothing to apply ----

postgres_again()
{
	elapsed on_postgres -c "$apply"
}

postgres_one()
{
	elapsed on_postgres -c 'select 1'
}

sqlite_again()
{
	elapsed on_sqlite "$apply"
}

sqlite_one()
{
	elapsed on_sqlite 'select 1'
}

# SQLite opens a file at first need: "select 1" does without, and reading the
# schema of these migrations alone takes twice as long.  So the floor is this.
sqlite_open()
{
	elapsed on_sqlite 'select count(*) from sqlite_schema'
}

part_nothing()
{
	local n=1000

	head_line
	postgres_apply
	compare 'PostgreSQL: apply, nothing pending / select 1' 2 \
		postgres_again postgres_one
	sqlite_apply
	compare 'SQLite: apply, nothing pending / select 1' - \
		sqlite_again sqlite_one
	compare 'SQLite: the same / count of sqlite_schema' 2 \
		sqlite_again sqlite_open
}

# ---- what is applied ----

# ten_times STATEMENT: a script
ten_times()
{
	printf "$1;\n%.0s" {1..10}
}

postgres_status()
{
	in_postgres "$(ten_times 'select * from dbmigrate_status()')"
}

postgres_ledger()
{
	in_postgres "$(ten_times 'select * from dbcare.ledger')"
}

# the timer would not even look at what a SELECT gives
sqlite_status()
{
	elapsed on_sqlite "$(ten_times 'select * from dbmigrate_status')"
}

sqlite_ledger()
{
	elapsed on_sqlite "$(ten_times 'select * from dbcare_ledger')"
}

part_status()
{
	local n=3000

	head_line
	postgres_apply
	on_postgres -c 'vacuum analyze'
	compare 'PostgreSQL: status of 3,000 / the ledger, 10 times' 5 \
		postgres_status postgres_ledger
	sqlite_apply
	compare 'SQLite: status of 3,000 / the ledger, 10 times' 5 \
		sqlite_status sqlite_ledger
}

# ---- reporting ----

health='select dbhealth_report();'
# what SQLite does to look at a database once
pass='select * from sqlite_schema; pragma quick_check'

# Sets db to one with n tables.
postgres_tables()
{
	db=tables_$n
	! createdb -T bench "$db" 2>"$work/out" || fill_tables
}

fill_tables()
{
	awk -v n="$n" -v batch=500 -f test/bench/tables.awk | on_postgres -f -
	# what a session has seen of many tables slows it down: 500 for each
	on_postgres -c "select oid::regclass from pg_class
		where relkind = 'r' and relpersistence = 'p' order by oid" |
		xargs -n 500 | tr ' ' ',' | while read -r tables; do
		on_postgres -c "analyze $tables" </dev/null
	done
}

sqlite_tables()
{
	db=$work/tables_$n.db
	[ -f "$db" ] || awk -v n="$n" -f test/bench/tables.awk | sqlite3 -bail "$db"
}

postgres_report()
{
	elapsed on_postgres -c "$health"
}

postgres_dump()
{
	elapsed pg_dump -s "$db"
}

sqlite_report()
{
	elapsed on_sqlite "$health"
}

sqlite_analyzer()
{
	elapsed sqlite3_analyzer "$db"
}

part_report()
{
	local n=1000

	head_line
	postgres_tables
	compare 'PostgreSQL: report on 1,000 tables / pg_dump -s' 1 \
		postgres_report postgres_dump
	sqlite_tables
	compare 'SQLite: report on 1,000 tables / sqlite3_analyzer' 0.1 \
		sqlite_report sqlite_analyzer
}

# A catalog of 10,000 tables, each with a sequence, all of it in shared memory.
part_catalog()
{
	local n=10000

	head_line
	db=catalog
	createdb -T bench "$db"
	awk -v n="$n" -v key=serial -v batch=500 -f test/bench/tables.awk |
		on_postgres -f -
	on_postgres -c analyze
	compare 'PostgreSQL: report on 10,000 tables / pg_dump -s' 0.2 \
		postgres_report postgres_dump
}

. test/bench/check.sh
. test/bench/growth.sh
. test/bench/growth_rooms.sh
. test/bench/large.sh
. test/bench/wire.sh
. test/bench/audit.sh
. test/bench/archive.sh
. test/bench/calls.sh
. test/bench/tables.sh
. test/bench/beside.sh
. test/bench/monitor.sh
. test/bench/starts.sh

# ---- all of it ----

"${CC:-cc}" -std=c11 -D_XOPEN_SOURCE=700 -O2 -o "$work/sqlite_timer" \
	test/bench/sqlite_timer.c -lsqlite3
"${CC:-cc}" -std=c11 -D_XOPEN_SOURCE=700 -O2 -o "$work/sqlite_lookups" \
	test/bench/sqlite_lookups.c -lsqlite3
chmod a+rx "$work"
# shellcheck disable=SC2086
DBCARE_ASSERT=0 test/pg_server.sh start "$server" $settings
. "$server/env"
createdb bench
psql -qX -d bench -c 'create extension dbcare'
for n in 10 100 1000 3000; do
	make_migrations "$n"
done

echo "PostgreSQL $(psql --version | cut -d ' ' -f 3), SQLite" \
	"$(sqlite3 --version | cut -d ' ' -f 1), $(nproc) cores," \
	"$rounds rounds, load $(cut -d ' ' -f 1 /proc/loadavg)"
# shellcheck disable=SC2086
echo server: as initdb leaves it, but $settings
for part in $parts; do
	"part_$part"
done
echo
# a file, since a function that ends a pipe cannot count in a variable
over=$(wc -l <"$work/over")
echo "$over over their limit"
exit $((over > 0))
