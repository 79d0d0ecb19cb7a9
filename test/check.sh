#!/bin/bash
# Runs every test of a built checkout.  A line per suite tells how it went, the
# logs (build/check/*.log) of those that failed follow, and the last line is
#
#	N passed, N failed
#
# Suites on the PostgreSQL server and those without run side by side.  The
# server is private to this run and stops with it.
set -eu
cd "$(dirname "$0")/.."

logs=build/check
server=
lanes=
# make in make would look for the outer one's job server
unset MAKEFLAGS

# Ends what this run has started.
cleanup()
{
	local job

	for job in $(jobs -p); do
		kill "$job" 2>/dev/null || true
	done
	if [ -n "$server" ]; then
		test/pg_server.sh stop "$server" || true
		rm -rf "$server"
	fi
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# Says how a suite went, and writes it down for the sum.
report()
{
	local name=$1 passed=$2 failed=$3 skipped=$4 seconds=$5

	echo "$passed $failed" >"$logs/$name.result"
	printf '%-6s %-34s %5d passed' "$([ "$failed" -eq 0 ] || echo FAILED)" \
		"$name" "$passed"
	[ "$failed" -eq 0 ] || printf ', %d failed' "$failed"
	[ "$skipped" -eq 0 ] || printf ', %d skipped' "$skipped"
	printf ' (%d s)\n' "$seconds"
}

# tap NAME COMMAND ...: a suite that prints TAP.
tap()
{
	local name=$1 status=0 start=$SECONDS

	shift
	mkdir -p "$(dirname "$logs/$name")"
	"$@" >"$logs/$name.log" 2>&1 </dev/null || status=$?
	# three words
	# shellcheck disable=SC2046
	report "$name" $(awk -v status=$status -f test/tap.awk "$logs/$name.log") \
		$((SECONDS - start))
}

# rule NAME COMMAND ...: one test, passed if the command succeeds.
rule()
{
	local name=$1 start=$SECONDS

	shift
	if "$@" >"$logs/$name.log" 2>&1 </dev/null; then
		report "$name" 1 0 0 $((SECONDS - start))
	else
		report "$name" 0 1 0 $((SECONDS - start))
	fi
}

# process_tests LETTERS: those whose rooms begin so; each makes its own servers.
process_tests()
{
	local program

	for program in test/process/[$1]*/*.sh; do
		program=${program#test/}
		tap "${program%.sh}" "test/$program"
	done
}

# Suites that need no server, or make their own.
without_server()
{
	local program

	# one with a decimal comma
	localedef -i de_DE -f UTF-8 build/de_DE.UTF-8 || true
	for program in test/unit/*/*.c; do
		program=${program#test/}
		program=${program%.c}
		case $program in
			unit/fake/*) ;;
			*) LOCPATH=$PWD/build CMOCKA_MESSAGE_OUTPUT=TAP tap "$program" "build/$program" ;;
		esac
	done
	tap sqlite test/sqlite/run.sh
	tap fault/migrate/rebuild build/fault/migrate/rebuild
	tap fault/migrate/threads build/fault/migrate/threads
	tap fault/registry/refused build/fault/registry/refused 400
	tap fault/registry/hostile build/fault/registry/hostile
	tap fault/registry/bounds build/fault/registry/bounds
	tap fault/monitor/clock build/fault/monitor/clock 10
	tap fault/monitor/connections build/fault/monitor/connections
	tap fault/registry/values build/fault/registry/values 301
	tap fault/core/second_connections build/fault/core/second_connections
	tap fault/monitor/normal build/fault/monitor/normal
	tap sanitize test/watched.sh sanitize
	tap fuzz test/fuzz/replay.sh
	tap docs test/docs.sh
	tap house_rules test/house_rules.sh
	for program in generated layering symbols format warnings install; do
		rule "$program" make -s "check-$program"
	done
	process_tests a-l
}

# Suites on the PostgreSQL server of this run, and others for which this lane
# has time left.
with_server()
{
	tap surface test/surface.sh
	tap parity test/parity.sh
	tap regress test/regress.sh
	tap pgtap pg_prove --verbose --dbname postgres test/pgtap/*/*.sql
	tap fault/registry/oom build/fault/registry/oom 27
	process_tests m-z
}

rm -rf "$logs"
mkdir -p "$logs"
server=$(mktemp -d)
test/pg_server.sh start "$server"
. "$server/env"

for lane in without_server with_server; do
	"$lane" &
	lanes+=" $lane:$!"
done
for lane in $lanes; do
	wait "${lane#*:}" || report "${lane%:*}" 0 1 0 $SECONDS
done

for result in $(find "$logs" -name '*.result' | sort); do
	if grep -q ' 0$' "$result"; then
		continue
	fi
	echo
	echo "==== ${result%.result}.log"
	grep -v '^ok ' "${result%.result}.log" || true
done
echo
find "$logs" -name '*.result' -exec cat {} + | awk '
	{ passed += $1; failed += $2 }
	END {
		printf "%d passed, %d failed\n", passed, failed
		exit failed > 0
	}'
