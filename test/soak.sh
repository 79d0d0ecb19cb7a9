#!/bin/bash
# Long tests for rare failures: kills, concurrent callers, random schemas, and
# allocations that fail one by one.  Prints TAP, a test per program with its output
# indented.  Takes some hours.
#
# usage: test/soak.sh [KILLS [RUNS]]
#
# KILLS is the number of kills of each kind (default 50), RUNS how often the test
# of concurrent callers runs (default 10).
set -eu -o pipefail
cd "$(dirname "$0")/.."

# sweeps try all they have
export DBCARE_WHOLE=1
kills=${1:-50}
runs=${2:-10}
number=0
status=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' INT TERM

# soak COMMAND ...: runs one program.
soak()
{
	local ended=0 start=$SECONDS passed failed word=ok

	"$@" 2>&1 </dev/null | tee "$log" | sed -u 's/^/    /' || ended=$?
	read -r passed failed _ < <(awk -v status="$ended" -f test/tap.awk "$log")
	if [ "$failed" -gt 0 ]; then
		word='not ok'
		status=1
	fi
	number=$((number + 1))
	echo "$word $number - $*: $passed passed, $failed failed ($((SECONDS - start)) s)"
}

soak test/process/core/guards.sh 20000
soak test/process/migrate/kill.sh "$kills"
soak test/process/migrate/deploy_kill.sh "$kills"
soak test/process/migrate/wire_kill.sh "$kills"
soak test/process/migrate/exits.sh $((kills * 50))
soak test/process/check/repair_kill.sh "$kills" 20000
soak test/process/init/kill.sh $((kills / 2))
soak test/process/init/run.sh 200
soak test/process/archive/purge.sh "$kills" 20000
soak test/process/archive/graphs.sh 200 200 "$(date +%s)"
soak test/process/cli/failures.sh 200
soak test/process/cli/interrupts.sh "$kills"
soak test/process/cli/names.sh 40 80 200
soak test/process/cli/answers.sh 400 "$(date +%s)"
for script in verbs terminal failures screens serve; do
	soak env DBCARE="$PWD/build/watched/command" ASAN_OPTIONS=detect_leaks=0 "test/process/cli/$script.sh"
done
soak env DBCARE="$PWD/build/watched/command" ASAN_OPTIONS=detect_leaks=0 test/process/cli/serve_fuzz.sh 1800 1000
soak test/process/audit/replay.sh 200 "$(date +%s)"
soak test/process/backup/sqlite.sh 1000 1
soak test/process/vault/encrypted.sh 60
soak test/process/backup/replace.sh 40
soak test/process/backup/follow.sh 60
soak test/process/backup/lock_byte.sh 65536 4096
soak test/process/backup/pg_kill.sh 2
soak test/process/backup/pg_restore.sh 50
soak test/process/backup/drill_postgresql.sh 100
soak test/process/backup/drill_sqlite.sh 100
soak test/process/backup/cancel.sh 100
soak test/process/retention/policies.sh 5000000
soak test/process/backfill/kill.sh 3 5000000 '{}'
for ((run = 1; run <= runs; run++)); do
	soak test/process/migrate/concurrency.sh
done
soak test/watched.sh sanitize
soak test/docs.sh
soak bash -c "make -s check-warnings && echo 'ok 1 - clang warns of nothing' && echo 1..1"
soak test/process/registry/wire.sh all
soak test/process/registry/wire_answers.sh 1000 "$(date +%s)"
soak test/process/check/truth.sh 500 "$(date +%s)"
soak test/process/archive/past.sh 60 200
soak test/process/advise/truth.sh 0.05 times 'trade music'
soak build/fault/migrate/rebuild 2000 "$(date +%s)"
soak env CMOCKA_MESSAGE_OUTPUT=TAP build/unit/registry/sweep
soak build/fault/registry/oom
soak build/fault/registry/hostile
soak build/fault/registry/refused 9
soak build/fault/registry/settings
soak build/fault/registry/values 5
soak test/process/registry/values.sh 9
soak build/fault/monitor/clock 400
soak test/process/monitor/neighbour.sh 600
soak build/fault/monitor/normal 5000000
# the others
for script in test/process/*/*.sh; do
	grep -q "^[^#]*$script" "$0" || soak "$script"
done
echo "1..$number"
exit "$status"
