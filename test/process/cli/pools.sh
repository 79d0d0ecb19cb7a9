#!/bin/bash
# dbcare pools: clients of PgBouncer that wait for a connection are found, with what to do
# about them.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/bouncer.sh
. "$(dirname "$0")/../../bouncer.sh"

dbcare=${DBCARE:-$PWD/build/dbcare}
unset DATABASE_URL PGDATABASE
pools()
{
	local code=0

	env -u PGOPTIONS "$dbcare" pools "$@" 2>&1 || code=$?
	echo "exit $code"
}

sqlite3 "$tmp/app.db" 'create table t (id integer primary key)'
like "$(pools "$tmp/app.db")" 'this is no address of PgBouncer.*Such as .*dbname=pgbouncer.*exit 2' 'a file is no address'
like "$(pools)" 'ADDRESS.*exit 2' 'an address is needed'
start_server server
like "$(pools "host=$PGHOST port=$PGPORT dbname=postgres user=postgres")" 'unrecognized configuration parameter "pools".*exit 2' \
	'a server has no pools'
start_bouncer 1
console="host=$tmp/bouncer port=6432 dbname=pgbouncer user=postgres"
through="host=$tmp/bouncer port=6432 dbname=postgres user=postgres"

like "$(pools "$console user=guest")" 'not allowed.*exit 2' 'a user who may not ask is told so'
is "$(pools "$console" --json)" $'[]\nexit 0' 'no client has come yet'
exec {first}> >(env -u PGOPTIONS psql -qAtX "$through" >"$tmp/first" 2>&1)
echo "begin; select 'begun';" >&"$first"
until grep -q begun "$tmp/first"; do sleep 0.02; done
like "$(pools "$console")" 'ok +postgres +postgres +transaction +1 +0 +0 +1 +0 *
exit 0' 'a client that works is no finding'
exec {second}> >(env -u PGOPTIONS psql -qAtX "$through" >"$tmp/second" 2>&1)
echo "select 'served';" >&"$second"
until pools "$console" >"$tmp/shown" && grep -q 'exit 1' "$tmp/shown"; do sleep 0.05; done
like "$(cat "$tmp/shown")" 'warning +postgres +postgres +transaction +1 +1 +[0-9]{4,} +1 +0 +The only connection is taken: shorten the transactions' \
	'one that waits for a connection longer than a second is, with what to do'
like "$(pools "$console" --json)" '"severity": "warning".*"waiting": 1.*exit 1' '... also for programs'
echo 'commit;' >&"$first"
until grep -q served "$tmp/second"; do sleep 0.02; done
like "$(pools "$console")" 'ok .*exit 0' '... until it has one'
exec {first}>&- {second}>&-
finish
