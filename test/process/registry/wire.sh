#!/bin/bash
# The parity suite of PostgreSQL over the connection, as a role without
# superuser on a server where the files of the extension do not exist.  What
# differs from expected/NAME.out is in expected/wire/NAME.diff: functions that
# are refused, what is unknown, and numbers, which test/wire/script.c passes as
# text.  Prints TAP.
#
# usage: test/process/registry/wire.sh [--accept] [all | NAME ...]
#
# Without NAME five of the scripts that show most run, chosen by the seed.
. "$(dirname "$0")/../../lib.sh"

accept=
[ "${1-}" != --accept ] || { accept=yes; shift; }
# these are about functions that are refused, see wire/core/refused.def, or about tables whose rows
# the statistics do not have yet
refused='_(advise|archive.*|audit.*|backup|init|lint_(rules|script)|pack_.*)$'
case ${1-} in
	'') set -- $(sample 5 parity_{check,check_repair,deploy,diff,drift,health,migrate,migrate_error,ops,ops_write,place,row,rules,sync,text,verify}) ;;
	all) set -- $(basename -s .sql -a sql/parity_*.sql | grep -vE "$refused") ;;
esac
OWN_INSTALLATION=1 start_server s
export PGOPTIONS='-c client_min_messages=error'
find "$tmp/s/root" -name 'dbcare*' -delete
psql -qd postgres -c 'create role app login createdb createrole'
# before version 15 only a superuser may set it
psql -qd postgres -c 'grant set on parameter session_replication_role to app' 2>/dev/null || psql -qd postgres -c 'alter role app superuser'
out=build/check/wire
mkdir -p "$out"

# Runs a script over the connection.
on_connection()
{
	PGUSER=app psql -qXd postgres -c "create database $1"
	# as it is from PostgreSQL 15 on
	psql -qXd "$1" -c 'revoke create on schema public from public' -c 'grant create on schema public to app'
	sed 's/^-- psql: //' "sql/$1.sql" | build/wire/script "dbname=$1 user=app" 2>&1 |
		sed -E 's/(^|[^.])\bpublic\./\1/g'
	psql -qXd postgres -c "drop database $1 with (force)"
}

for name in "$@"; do
	on_connection "$name" | test/parity.sh --normalise >"$out/$name.out"
	diff -U0 "expected/$name.out" "$out/$name.out" | sed -E '1,2d; s/^@@.*@@$/@@/' >"$out/$name.diff" || true
	if [ -n "$accept" ]; then
		rm -f "expected/wire/$name.diff"
		[ ! -s "$out/$name.diff" ] || cp "$out/$name.diff" "expected/wire/$name.diff"
	fi
	is "$(cat "$out/$name.diff")" "$(cat "expected/wire/$name.diff" 2>/dev/null)" "$name over the connection"
done
finish
