#!/bin/bash
# The verb call with every function, on both engines and over the wire: it says how a
# function is called, and calls those that only read.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
dbcare=${DBCARE:-$PWD/build/dbcare}
postgresql_new called
psql -qd postgres -c 'create database bare'
sqlite_new called

# try NAME CLASS: what is wrong with a call without arguments.
try()
{
	local code=0 out

	[ "$2" = READ ] || [ "$2" = PURE ] || grep -q "^DBC_FUNCTION($1," <<<"$needing" || return 0
	out=$(timeout 60 "$dbcare" --db "$db" call "$1" </dev/null 2>&1) || code=$?
	if grep -q "^DBC_FUNCTION($1," <<<"$needing"; then
		[[ $code = 2 && $out = *'needs the argument'*"usage: dbcare call $1 "* ]] || echo "$1: $code $out"
	else
		[[ $code -le 2 && $out != *'no such function'* ]] || echo "$1: $code $out"
	fi
}

# those whose first argument must be given
needing=$(tr -d '\n\t' <common/core/api.def | sed 's/DBC_FUNCTION(/\n&/g' | grep -E 'DBC_ARGS\( *DBC_ARG\(')
for road in sqlite postgresql wire; do
	case $road in
	sqlite) engine=sqlite db=$(at sqlite called) ;;
	postgresql) engine=postgresql db=$(at postgresql called) ;;
	wire) engine=postgresql db=$(at postgresql bare) ;;
	esac
	count=0
	wrong=
	while read -r name class _; do
		wrong+=$(try "$name" "$class")
		count=$((count + 1))
	done < <(tried_functions_of "$engine")
	is "$wrong" '' "$road: calls of functions"
	result "$([ "$count" -gt 20 ] && echo 0 || echo 1)" "$road: there are functions" "$count"
done

finish
