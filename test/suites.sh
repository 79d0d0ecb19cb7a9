# shellcheck shell=bash
# Running suites of tests, for check.sh and quick.sh, which source it: prints a line
# per suite, the logs of those that failed, and as the last line
#
#	N passed, N failed
#
# job COMMAND ... adds a job of one or several suites; run_jobs runs the jobs in this
# order, several at a time.
logs=build/check
server=
jobs=()
# see nosync.c
export DBCARE_NOSYNC=$PWD/build/nosync.so
# the address sanitizer keeps less freed memory than its 256 MiB, which are not in
# the processor's cache: programs that allocate much are a quarter faster
export ASAN_OPTIONS=quarantine_size_mb=4
# make in make would look for the outer one's job server
unset MAKEFLAGS

# Ends the processes of this run.
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

# Prints the result of a suite, and records it for the summary.
report()
{
	local name=$1 passed=$2 failed=$3 skipped=$4 seconds=$5 more=

	mkdir -p "$(dirname "$logs/$name")"
	echo "$passed $failed" >"$logs/$name.result"
	[ "$failed" -eq 0 ] || more=", $failed failed"
	[ "$skipped" -eq 0 ] || more+=", $skipped skipped"
	printf '%-6s %-34s %5d passed%s (%d s)\n' \
		"$([ "$failed" -eq 0 ] || echo FAILED)" "$name" "$passed" "$more" "$seconds"
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

# Every program of test/unit but those named.
unit_tests()
{
	local program

	# one with a decimal comma
	localedef -i de_DE -f UTF-8 build/de_DE.UTF-8 2>/dev/null || true
	for program in test/unit/*/*.c; do
		program=${program#test/}
		program=${program%.c}
		case " $* unit/fake/" in
			*" $program "* | *" ${program%/*}/") ;;
			*) unit_test "$program" ;;
		esac
	done
}
# unit_test PROGRAM [ARGUMENT]
unit_test()
{
	LOCPATH=$PWD/build CMOCKA_MESSAGE_OUTPUT=TAP tap "$1" "build/$1" "${@:2}"
}

# Starts the server for suites that need one and start none.
start_server()
{
	rm -rf "$logs"
	mkdir -p "$logs"
	server=$(mktemp -d)
	export DBCARE_CLUSTER=$server/cluster
	test/pg_server.sh start "$server"
	# shellcheck source=/dev/null
	. "$server/env"
}

# job COMMAND ...: adds a job.
job()
{
	jobs+=("$(printf '%q ' "$@")")
}

# run_jobs COUNT: runs the jobs, COUNT at a time.
run_jobs()
{
	local running=0 job

	for job in "${jobs[@]}"; do
		if [ "$running" -ge "$1" ]; then
			wait -n || report "job$SECONDS" 0 1 0 "$SECONDS"
			running=$((running - 1))
		fi
		eval "$job" &
		running=$((running + 1))
	done
	while [ "$running" -gt 0 ]; do
		wait -n || report "job$SECONDS" 0 1 0 "$SECONDS"
		running=$((running - 1))
	done
}

# Prints the failed suites and the summary.
finish()
{
	local result

	for result in $(find "$logs" -name '*.result' | sort); do
		if grep -q ' 0$' "$result"; then
			continue
		fi
		echo
		echo "==== ${result%.result}.log"
		grep -av '^ok ' "${result%.result}.log" || true
	done
	echo
	find "$logs" -name '*.result' -exec cat {} + | awk '
		{ passed += $1; failed += $2 }
		END {
			printf "%d passed, %d failed\n", passed, failed
			exit failed > 0
		}'
}
