#!/bin/bash
# Random filters with hostile names and values: both engines return the rows that
# a model in Perl finds, and nothing else happens to the table.  Prints TAP.
#
# usage: filters.sh [FILTERS [SEED]]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

filters=${1:-1500}
seed=${2:-$seed}

# an error of one filter must not end the script
psql_shell=(psql -qAtX)
sqlite_shell=(sqlite3 -batch -list -cmd '.load ./sqlite_ext/dbcare')

start_server server
for engine in postgresql sqlite; do
	"${engine}_new" hostile
	perl test/process/ops/filters.pl "$seed" "$filters" "$engine" >"$tmp/script.sql"
	"$engine" hostile <"$tmp/script.sql" >"$tmp/output" || true
	perl test/process/ops/filters.pl "$seed" "$filters" judge <"$tmp/output" >"$tmp/problems"
	is "$(head -30 "$tmp/problems")" '' "$filters filters with seed $seed on $engine"
done
finish
