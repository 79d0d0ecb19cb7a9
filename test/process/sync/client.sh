#!/bin/bash
# dbcare export writes the file on the machine of the command, with the rights of
# the user: a masked copy of a server, with or without the extension.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
postgresql_new shop
postgresql shop <<-'END' >"$tmp/made"
	create role developer login;
	create table person (id int primary key, name text not null, email text, n float8);
	insert into person values (1, 'hidden-a', 'hidden-b', 1.5), (2, 'hidden-c', null, 'NaN');
	create table plain (id int primary key, note text);
	insert into plain values (1, 'shown');
	create table doc (id int primary key, d json);
	insert into doc values (1, '{"a":1, "a" : 2}');
	grant select on person, plain, doc to developer;
	grant usage on schema public to developer;
END
psql -qd shop -c "select dbsync_export('$tmp/server/there', '{\"mask_columns\": {\"person\": [\"name\", \"email\"]}}')" >"$tmp/made"

# export_here USER FILE ARGUMENTS: a copy on this machine.
export_here()
{
	build/dbcare export --db "host=$PGHOST port=$PGPORT dbname=shop user=$1" --here "${@:2}" 2>&1 || true
}

for extension in with without; do
	here=$tmp/$extension
	[ $extension = with ] || psql -qd shop -c 'drop extension dbcare'
	export_here developer "$here" --mask-columns '{"person": ["name", "email"]}' >"$tmp/said"
	like "$(cat "$tmp/said")" '2 values left out' "$extension the extension: a copy is written"
# the index has the time
	is "$(cmp -n 200 "$here" "$tmp/server/there" 2>&1)" '' "$extension the extension: the rows are those that the server writes"
	is "$(grep -c hidden "$here")" 0 "$extension the extension: it has no masked value"
	rm -f "$tmp/copy.db"
	sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/copy.db" >"$tmp/made" "create table person (id integer primary key, name text not null, email text, n real);
		create table plain (id integer primary key, note text); select dbsync_import('$here', '{\"tables\": [\"plain\"]}');"
	is "$(sqlite3 "$tmp/copy.db" 'select * from plain')" '1|shown' "$extension the extension: it can be imported"
	like "$(export_here developer "$here" --tables plain)" 'exists' "$extension the extension: a file is not replaced"
done
# a pipe
export TMPDIR=$tmp/temporary
mkdir "$TMPDIR"
build/dbcare export --db "host=$PGHOST port=$PGPORT dbname=shop user=developer" --stdout --mask-columns '{"person": ["name", "email"]}' >"$tmp/piped" 2>"$tmp/said"
is "$(cmp -n 200 "$tmp/piped" "$tmp/server/there" 2>&1)$(cat "$tmp/said")" '' 'standard output gets the rows that the server writes, and no more'
is "$(grep -c hidden "$tmp/piped")" 0 '... without a masked value'
sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/copy.db" "delete from plain; create table doc (id integer primary key, d json); select dbsync_import('$tmp/piped', '{\"tables\": [\"plain\", \"doc\"]}');" >"$tmp/made"
is "$(sqlite3 "$tmp/copy.db" 'select * from plain; select * from doc')" '1|shown
1|{"a":1, "a" : 2}' 'a copy from a pipe can be imported, and a key that a document has twice stays'
build/dbcare export --db "$tmp/copy.db" --stdout >"$tmp/again"
is "$(sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/copy.db" "select count(*) from dbsync_compare('$tmp/again') where only_here + only_there + different > 0")" 0 'SQLite writes to standard output, too'
like "$(build/dbcare export --db "$tmp/copy.db" --stdout 2>&1 >/dev/full; echo "exit $?")" 'could not write.*No space left.*exit 2' 'a full disk is an error'
like "$(build/dbcare export --db "$tmp/copy.db" "$tmp/x" --stdout 2>&1; echo "exit $?")" 'exclude each other.*exit 2' 'a file and standard output exclude each other'
like "$(build/dbcare export --db "$tmp/copy.db" 2>&1; echo "exit $?")" 'FILE is missing.*exit 2' 'one of them must be given'
psql -qd shop -c 'revoke select on plain from developer'
like "$(build/dbcare export --db "host=$PGHOST port=$PGPORT dbname=shop user=developer" --stdout 2>&1; echo "exit $?")" 'permission denied.*exit 2' 'a table that the user may not read writes nothing'
is "$(ls -A "$TMPDIR")" '' 'no temporary file is left'
like "$(export_here developer "$tmp/denied")" 'permission denied' 'a table that the user may not read is refused'
is "$(find "$tmp" -maxdepth 1 -name 'denied*')" '' '... and leaves no file'
finish
