#!/bin/bash
# Runs every test of a built checkout; suites.sh describes the output.
#
# Jobs run side by side, more than two for each processor, since most of
# test/process waits.  The longest jobs start first.  The server that many
# suites share is private to this run and stops with it.
set -eu
cd "$(dirname "$0")/.."
. test/suites.sh

# What a sweep tries of all it has, which make soak does, depends on this number.  It is
# one of the files in git, so that the same commit is checked the same way everywhere.
export DBCARE_SEED=${DBCARE_SEED:-$(git ls-files -s 2>/dev/null | cksum | cut -d ' ' -f 1)}
seed=$DBCARE_SEED
. test/sample.sh
echo "seed of the samples: DBCARE_SEED=$DBCARE_SEED"
# of make in this process, before it ran this script
times >build/times
printf '%-6s %-34s %6.1f s\n' '' build "$(seconds_of build/times)"

# Suites on the PostgreSQL server of this run; they would disturb each other.
on_server()
{
	uses_server=yes
	tap pgtap test/pgtap/run.sh
	tap parity test/parity.sh
	tap surface test/surface.sh
	tap contract test/contract.sh
	tap regress test/regress.sh
}

# What make checks; two of them at once would make the same files.
rules()
{
	local name

	# the build has gcc's, of all files
	rule warnings make -s $(make -s list-warnings | one_of 8)
	for name in generated layering symbols format install; do
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

# processes ROOM/NAME ...: scripts of test/process.
processes()
{
	local name

	for name in "$@"; do
		job tap "process/$name" "test/process/$name.sh"
	done
}

# The scripts that take longest; the others follow at the end.
long=(registry/shadows monitor/alert_causes cli/screens jsonschema/hostile monitor/server monitor/stay
	migrate/kill migrate/concurrency backup/pg_privileges cli/dba check/wire_row backup/pg_restore
	migrate/wire registry/owner_traps cli/terminal registry/attack registry/wire cli/verbs core/guards)

# Only in make soak.
soak=(monitor/instructions backup/lock_byte registry/contributing)

start_server
fault registry/hostile 48
fault monitor/clock 2 120
fault registry/oom 8 3
job on_server
# test/sqlite, some of it under the sanitizers
mapfile -t watched < <(cd test/sqlite && sample 12 */*.sql)
mapfile -t unwatched < <(cd test/sqlite && printf '%s\n' */*.sql | grep -vxF "$(printf '%s\n' "${watched[@]}")")
job tap sanitize test/watched.sh sanitize "${watched[@]}"
job tap sqlite test/sqlite/run.sh "${unwatched[@]}"
job unit_test unit/registry/sweep 2
processes "${long[@]}"
job rules
job tap house_rules test/house_rules.sh
fault registry/refused 400 8
fault registry/settings 24
fault core/second_connections
fault core/kept
fault core/kept_row
fault core/kept_insert
fault core/kept_answers
fault core/embedded
fault monitor/connections
mapfile -t pages < <(sample 8 README.md doc/*.md)
job tap docs test/docs.sh "${pages[@]}"
job tap site test/site.sh
echo "samples: pages ${pages[*]}; under the sanitizers ${watched[*]%.sql}"
for program in test/process/*/*.sh; do
	program=${program#test/process/}
	program=${program%.sh}
	[[ " ${long[*]} ${soak[*]} " == *" $program "* ]] || processes "$program"
done
fault registry/values 2003
fault migrate/rebuild
fault migrate/threads
fault registry/bounds
fault monitor/normal
fault monitor/unlocked
job tap fuzz test/fuzz/replay.sh
job unit_tests unit/registry/sweep
run_jobs $((2 * $(nproc) + 1))
finish
