#!/bin/bash
# Runs every test of a built checkout; suites.sh describes the output.
#
# Jobs run side by side, more than two for each processor, since most of
# test/process waits.  The longest jobs start first.  The server that many
# suites share is private to this run and stops with it.
set -eu
cd "$(dirname "$0")/.."
. test/suites.sh

# What a sweep tries of all it has, which make soak does, depends on this number.
export DBCARE_SEED=${DBCARE_SEED:-$SRANDOM}
echo "seed of the samples: DBCARE_SEED=$DBCARE_SEED"

# Suites on the PostgreSQL server of this run; they would disturb each other.
on_server()
{
	uses_server=yes
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

# processes ROOM/NAME ...: scripts of test/process.
processes()
{
	local name

	for name in "$@"; do
		job tap "process/$name" "test/process/$name.sh"
	done
}

# The scripts that take longest; the others follow at the end.
long=(advise/truth migrate/kill registry/places monitor/alert_causes monitor/stay check/repair_kill
	backfill/sessions registry/values registry/readonly
	migrate/concurrency audit/replay monitor/server archive/purge seed/apply sync/files
	registry/search_path registry/owner_traps registry/privileges jsonschema/hostile cli/verbs)

# Only in make soak.
soak=(monitor/instructions backup/lock_byte registry/contributing)

start_server
fault registry/hostile 24
fault monitor/clock 2 120
fault registry/oom 8
job on_server
# test/sqlite; quick.sh runs it without the sanitizers
job tap sanitize test/watched.sh sanitize
job unit_test unit/registry/sweep 8
processes "${long[@]}"
job rules
job tap house_rules test/house_rules.sh
fault registry/refused 400 8
fault core/second_connections
fault core/kept
fault monitor/connections
job tap docs test/docs.sh
for program in test/process/*/*.sh; do
	program=${program#test/process/}
	program=${program%.sh}
	case " ${long[*]} ${soak[*]} " in
		*" $program "*) ;;
		*) processes "$program" ;;
	esac
done
fault registry/values 501
fault migrate/rebuild
fault migrate/threads
fault registry/bounds
fault monitor/normal
fault monitor/unlocked
job tap fuzz test/fuzz/replay.sh
job unit_tests unit/registry/sweep
run_jobs $((2 * $(nproc) + 1))
finish
