#!/bin/bash
# Runs every test of a built checkout; suites.sh describes the output.
#
# Jobs run side by side, one more than there are processors, since most of
# test/process waits.  The longest jobs start first.  The server that many
# suites share is private to this run and stops with it.
set -eu
cd "$(dirname "$0")/.."
. test/suites.sh

# Suites on the PostgreSQL server of this run; they would disturb each other.
on_server()
{
	tap pgtap test/pgtap/run.sh
	tap parity test/parity.sh
	tap surface test/surface.sh
	tap regress test/regress.sh
}

# What make checks; two of them at once would make the same files.
rules()
{
	local name

	for name in warnings generated layering symbols format install; do
		rule "$name" make -s "check-$name"
	done
}

# fault ROOM/NAME [ARGUMENT]: a program of test/fault.
fault()
{
	local name=fault/$1

	shift
	job tap "$name" "build/$name" "$@"
}

start_server
fault registry/oom 800
job on_server
job unit_test unit/registry/sweep 500
job tap sanitize test/watched.sh sanitize
fault registry/values 301
fault registry/refused 400
job tap sqlite test/sqlite/run.sh
job rules
job tap docs test/docs.sh
for program in test/process/*/*.sh; do
	program=${program#test/}
	job tap "${program%.sh}" "test/$program"
done
fault migrate/rebuild
fault migrate/threads
fault registry/hostile
fault registry/bounds
fault monitor/clock 10
fault monitor/connections
fault core/second_connections
fault monitor/normal
fault monitor/unlocked
job unit_tests unit/registry/sweep
job tap fuzz test/fuzz/replay.sh
job tap house_rules test/house_rules.sh
run_jobs $(($(nproc) + 1))
finish
