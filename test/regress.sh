#!/bin/bash
# Runs the pg_regress files (sql/*.sql but the parity ones) on the server the
# environment names, and prints TAP, which pg_regress itself does from
# PostgreSQL 16 on.
set -eu
cd "$(dirname "$0")/.."

# pg_regress uses another psql, which does not refresh a server
psql -qX -d postgres -c '' >/dev/null
rm -f build/regression.diffs
status=0
output=$(make -s -C pg_ext installcheck 2>&1) || status=$?
awk '
	/^test / { sub(/^test +/, ""); name = $1; ok = / \.\.\. +ok / }
	/^(not )?ok / { ok = $1 == "ok"; name = ok ? $4 : $5 }
	name != "" { print (ok ? "ok " : "not ok ") ++n " - " name; name = "" }
	END { print "1.." n + 0 }' <<<"$output"
if [ -s build/regression.diffs ]; then
	sed 's/^/# /' build/regression.diffs
elif [ $status -ne 0 ]; then
	sed 's/^/# /' <<<"$output"
fi
exit $status
