#!/bin/bash
# The suites of the matrix, on the PostgreSQL of PG_CONFIG and the SQLite that
# is installed; see matrix.sh.  PROCESSES names scripts of test/process that run, too.
# The last line has the versions and the result.
set -eu
cd "$(dirname "$0")/.."
. test/suites.sh

pg_config=${PG_CONFIG:-pg_config}
versions="$($pg_config --version | sed 's/ (.*//'), SQLite $(sqlite3 --version | cut -d ' ' -f 1), $(cc --version |
	sed -n '1s/^\([a-z]*\).* \([0-9.]*\)$/\1 \2/p')"

# refused PATTERN COMMAND ...: passed if the command fails, in these words.
refused()
{
	local pattern=$1

	shift
	! "$@" >build/refused.log 2>&1 && cat build/refused.log && grep -q "$pattern" build/refused.log
}

# Passed if neither engine of a release that is too old is built.
refusals()
{
	logs=build/check
	mkdir -p $logs
	rule refused_postgresql refused 'dbcare requires PostgreSQL 14 or later' make postgresql
	rule refused_sqlite refused 'dbcare requires SQLite 3.37 or later' make sqlite
	finish
}

if [ "$($pg_config --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -lt 14 ]; then
	result=$(refusals) || true
else
	make -s -j 2 WERROR=-Werror all
	# newer releases of cmocka deprecate what older ones need
	make -s -j 2 CFLAGS=-O1 unit-tests
	# a server per run, with what on_server() of check.sh runs; a subshell would not stop it
	start_server
	result=$(
		tap pgtap test/pgtap/run.sh
		tap parity test/parity.sh
		tap surface test/surface.sh
		tap regress test/regress.sh
		tap sqlite test/sqlite/run.sh
		unit_tests unit/registry/sweep
		for name in ${PROCESSES-}; do
			job tap "process/$name" "test/process/$name.sh"
		done
		run_jobs $((2 * $(nproc) + 1))
		finish
	) || true
fi
echo "$result"
tail -n 1 <<<"$result" | sed "s/^/$versions: /"
! tail -n 1 <<<"$result" | grep -qv ' 0 failed$'
