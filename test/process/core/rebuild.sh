#!/bin/bash
# A test server never uses the library of before a rebuild: not a server that
# runs, nor one that is started again, nor a database that has the extension
# already.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# a separate tree, whose library can be replaced
tree=$tmp/tree
mkdir -p "$tree/test" "$tree/pg_ext"
cp test/pg_server.sh "$tree/test/"
cp pg_ext/dbcare.so pg_ext/dbcare.control pg_ext/dbcare--*.sql "$tree/pg_ext/"
servers=" $tmp/server"
version="select dbcare_version();"

# rebuild FROM TO: a library with another version, linked anew as make does.
rebuild()
{
	sed "s/$1/$2/g" "$tree/pg_ext/dbcare.so" >"$tree/pg_ext/new.so"
	# the clock of file systems is coarse
	sleep 0.05
	touch "$tree/pg_ext/new.so"
	mv "$tree/pg_ext/new.so" "$tree/pg_ext/dbcare.so"
}

OWN_INSTALLATION=1 "$tree/test/pg_server.sh" start "$tmp/server" fsync=off
# shellcheck source=/dev/null
. "$tmp/server/env"
old=$(sed -n 's/.*"version": "\(.*\)",/\1/p' META.json | head -1)
new=${old//[0-9]/8}
postgresql_new first
psql -qX -d postgres -c 'create database "two words"' -c '\c "two words"' -c 'create extension dbcare'
is "$(postgresql first <<<"$version")" "$old" 'a new server has the library as it is built'

started=$(postgresql first <<<'select pg_postmaster_start_time();')
is "$(postgresql first <<<'select pg_postmaster_start_time();')" "$started" 'an unchanged library does not restart the server'

rebuild "$old" "$new"
is "$(postgresql postgres <<<"create extension dbcare; $version")" "$new" 'a running server has the new library'
like "$(postgresql 'two words' <<<"$version")" 'function dbcare_version\(\) does not exist' \
	'a database has nothing of the old one'
is "$(postgresql first <<<"create extension dbcare; $version")" "$new" 'a new extension uses the new library'

"$tree/test/pg_server.sh" stop "$tmp/server"
third=${old//[0-9]/7}
rebuild "$new" "$third"
"$tree/test/pg_server.sh" start "$tmp/server"
is "$(postgresql first <<<"$version")" "$third" 'a server started again has the new library'
finish
