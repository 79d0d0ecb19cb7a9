# shellcheck shell=bash
# Running suites of tests, for check.sh and quick.sh, which source it: prints a line
# per suite with its processor time, the logs of those that failed, and as the last
# lines
#
#	processor time: N s (N s of them in the kernel)
#	N passed, N failed
#
# The processor time of a suite is that of its processes, of the servers that it starts,
# and of what it has the server of the run do.  The time in parentheses passed on the
# clock, and depends on what runs beside it.
#
# job COMMAND ... adds a job of one or several suites; run_jobs runs the jobs in this
# order, several at a time.
logs=build/check
server=
memory=
# set in the job of the suites that use it
uses_server=
jobs=()
# see nosync.c
export DBCARE_NOSYNC=$PWD/build/nosync.so
# see common/core/result.h
export DBCARE_ASSERT=1
# the address sanitizer keeps less freed memory than its 256 MiB, which are not in
# the processor's cache, and of each allocation five calls: programs that allocate much
# are a third faster
export ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=5
# memory that a program has freed stays with it: a session of the server frees that of
# each plan, and would have the kernel make the same pages again for the next
export MALLOC_TRIM_THRESHOLD_=134217728 MALLOC_MMAP_THRESHOLD_=134217728 MALLOC_TOP_PAD_=1048576
# the one that deps.sh installs: a manager of versions starts a dozen processes to find
# one
mkdir -p build/bin
ln -sf /usr/bin/python3 build/bin/python3
export PATH=$PWD/build/bin:$PATH
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
	[ -z "$memory" ] || rm -rf "$memory"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# Prints the result of a suite, and records it for the summary.
report()
{
	local name=$1 passed=$2 failed=$3 skipped=$4 seconds=$5 more= spent=0

	[ ! -f "$logs/$name.spent" ] ||
		spent=$(awk '{ sum += $1 + $2 } END { print sum }' "$logs/$name.spent")
	mkdir -p "$(dirname "$logs/$name")"
	echo "$passed $failed" >"$logs/$name.result"
	[ "$failed" -eq 0 ] || more=", $failed failed"
	[ "$skipped" -eq 0 ] || more+=", $skipped skipped"
	printf '%-6s %-34s %6.1f s  %5d passed%s (%d s)\n' \
		"$([ "$failed" -eq 0 ] || echo FAILED)" "$name" "$spent" "$passed" "$more" "$seconds"
}

# measured NAME COMMAND ...: runs a suite with its output in a log, and records its
# processor time, unless the command is a function.
measured()
{
	local name=$1 before='' status=0

	shift
	mkdir -p "$(dirname "$logs/$name")"
	rm -f "$logs/$name.spent"
	[ -z "$uses_server" ] || before=$(test/pg_server.sh spent "$server")
	if [ "$(type -t "$1")" = function ]; then
		"$@" >"$logs/$name.log" 2>&1 </dev/null || status=$?
	else
		build/spent "$logs/$name.spent" "$@" >"$logs/$name.log" 2>&1 </dev/null || status=$?
	fi
	[ -z "$uses_server" ] || test/pg_server.sh spent "$server" "$before" >>"$logs/$name.spent"
	return $status
}

# tap NAME COMMAND ...: a suite that prints TAP.
tap()
{
	local name=$1 status=0 start=$SECONDS

	shift
	measured "$name" "$@" || status=$?
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
	if measured "$name" "$@"; then
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

# Has the files of the tests in memory, if there is enough of it and programs can run
# there: to write a cluster to a disk takes ten times the processor time.
files_in_memory()
{
	local free

	free=$({
		df --output=avail /dev/shm | tail -n 1
		awk '/^MemAvailable/ { print $2 }' /proc/meminfo
	} 2>/dev/null | sort -n | head -n 1)
	[ -z "${TMPDIR-}" ] && [ "${free:-0}" -ge $((6 * 1024 * 1024)) ] || return 0
	memory=$(mktemp -d -p /dev/shm)
	cp "$(type -P true)" "$memory/true"
	if "$memory/true" 2>/dev/null; then
		# for all users, as /tmp is
		chmod 1777 "$memory"
		export TMPDIR=$memory
	fi
}

# Starts the server for suites that need one and start none.
start_server()
{
	rm -rf "$logs"
	mkdir -p "$logs"
	files_in_memory
	server=$(mktemp -d)
	# scripts run programs of the installation as other users
	chmod 755 "$server"
	mkdir "$server/run"
	export DBCARE_SHARED=$server/run
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

# seconds_of FILE: the processor time that "times" has written there.
seconds_of()
{
	tr ms '  ' <"$1" | awk '{ sum += $1 * 60 + $2 + $3 * 60 + $4 } END { print sum }'
}

# Prints the failed suites and the summary.
finish()
{
	local result shared='0 0'

	# not in a pipe: a subshell has times of its own
	times >"$logs/times"
	[ -z "$server" ] || shared=$(test/pg_server.sh spent "$server")
	for result in $(find "$logs" -name '*.result' | sort); do
		if grep -q ' 0$' "$result"; then
			continue
		fi
		echo
		echo "==== ${result%.result}.log"
		grep -av '^ok ' "${result%.result}.log" || true
	done
	echo
	# of this shell, then of its children
	tr ms '  ' <"$logs/times" | awk -v shared="$shared" '
		{ user += $1 * 60 + $2; kernel += $3 * 60 + $4 }
		END {
			split(shared, server, " ")
			user += server[1]
			kernel += server[2]
			printf "processor time: %.0f s (%.0f s of them in the kernel)\n", user + kernel, kernel
		}'
	find "$logs" -name '*.result' -exec cat {} + | awk '
		{ passed += $1; failed += $2 }
		END {
			printf "%d passed, %d failed\n", passed, failed
			exit failed > 0
		}'
}
