#!/bin/bash
# Where nothing may be written: loading and reading leave no trace, READ
# functions give what they give elsewhere, WRITE functions say why they cannot.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

# One migration applied, one pending, a setting, a table for the health checks.
fill_sql="
	create table parent (id integer primary key);
	create table child (id integer primary key, parent_id integer references parent (id));
	select dbmigrate_add('1', 'first', 'create table one (id integer primary key)',
	    'drop table one', '{\"verify_sql\": \"select count(*) = 0 from one\"}');
	select dbmigrate_apply();
	select dbmigrate_add('2', 'second', 'create table two (id integer primary key)');
	select dbcare_set('slow_query_ms', 7);"

# ---- SQLite ----

engine=sqlite

# lite FILE [SQL]: reads SQL from standard input after SQL; goes on after errors.
lite()
{
	stdbuf -oL sqlite3 -batch -list -separator ' ' -cmd '.load ./sqlite_ext/dbcare' \
		-cmd "${2-}" "$1" 2>&1
}

# What every READ function gives.  A read-only file is said to be one.
reads()
{
	read_all sqlite | lite "$@" | masked | sed 's/"read_only": true/"read_only": false/'
}

# "function error" for every WRITE function.
writes()
{
	functions_of sqlite | while read -r name class _; do
		[ "$class" = WRITE ] || continue
		printf '.print %s\nselect %s(%s);\n' "$name" "$name" "$(arguments_of "$name")"
	done | lite "$@" | paste -d ' ' - - |
		sed -E 's/ Runtime error near line [0-9]+: (.*) \(8\)$/ \1/'
}

# The files of a database, and what is in them.
files()
{
	(cd "$tmp" && sha256sum "$1".db*)
}

reads "$tmp/new.db" >"$tmp/bare"
is "$(find "$tmp" -name 'new.db*' -size +0)" '' 'sqlite: loading and reading write nothing to a new file'
is "$(grep -c '^-- ' "$tmp/bare") $(grep -ci error "$tmp/bare")" \
	"$(each_of READ sqlite '' | wc -l) 0" 'sqlite: every READ function answers there'

for mode in delete wal; do
	db=$mode
	sqlite_new "$db"
	sqlite "$db" <<<"pragma journal_mode = $mode; $fill_sql" >"$tmp/made"
	before=$(files "$db")
	reads "$tmp/$db.db" >"$tmp/usual"
	is "$(grep -i error "$tmp/usual")" '' "sqlite $mode: every READ function answers"
	is "$(files "$db")" "$before" "sqlite $mode: reading changes no file"
	# what a user may do to a file to keep it as it is
	is "$(reads "file:$tmp/$db.db?mode=ro")" "$(cat "$tmp/usual")" "sqlite $mode: the same with mode=ro"
	is "$(reads "file:$tmp/$db.db?immutable=1")" "$(cat "$tmp/usual")" "sqlite $mode: the same with immutable"
	is "$(reads "$tmp/$db.db" 'pragma query_only = on;')" "$(cat "$tmp/usual")" \
		"sqlite $mode: the same with query_only"
	is "$(reads "$tmp/$db.db" 'begin;')" "$(cat "$tmp/usual")" "sqlite $mode: the same in a transaction"
	is "$(files "$db")" "$before" "sqlite $mode: none of it changes a file"
	is "$(writes "file:$tmp/$db.db?mode=ro")" \
		"$(each_of WRITE sqlite 'dbcare: the database is read-only')" "sqlite $mode: no WRITE with mode=ro"
	is "$(writes "$tmp/$db.db" 'pragma query_only = on;')" \
		"$(each_of WRITE sqlite 'dbcare: attempt to write a readonly database')" \
		"sqlite $mode: no WRITE with query_only"
	is "$(files "$db")" "$before" "sqlite $mode: the attempts change no file"
done

# The permissions of a file mean nothing to root.
user=
[ "$(id -u)" -ne 0 ] || user='setpriv --reuid=nobody --regid=nogroup --clear-groups'
chmod 444 "$tmp/delete.db"
chmod 555 "$tmp"
reads "$tmp/delete.db" >"$tmp/usual"
sqlite_lite=$(declare -f lite)
eval "${sqlite_lite/stdbuf/\$user stdbuf}"
is "$(reads "$tmp/delete.db")" "$(cat "$tmp/usual")" 'sqlite: the same on a file that may only be read'
is "$(writes "$tmp/delete.db")" "$(each_of WRITE sqlite 'dbcare: the database is read-only')" \
	'sqlite: no WRITE on a file that may only be read'
chmod 755 "$tmp"

# ---- PostgreSQL ----

engine=postgresql
start_server server
postgresql_new bare
postgresql_new filled
postgresql filled <<<"$fill_sql" >"$tmp/made"
postgresql postgres <<-'END'
	create role nobody;
	create role guest;
END

# What every READ function gives after SQL in the same session.
pg_reads()
{
	{
		echo "${2-}"
		read_all postgresql
	} | psql -qAtX -F ' ' -v SHOW_CONTEXT=never -d "$1" 2>&1 | masked |
		sed -e 's/"read_only": true/"read_only": false/' -e '/^dbcare_progress/d'
}

for db in bare filled; do
	postgresql "$db" <<<"grant execute on all routines in schema public to guest"
	pg_reads "$db" >"$tmp/usual"
	before=$(postgresql "$db" <<<'select pg_current_wal_insert_lsn();')
	is "$(grep ERROR "$tmp/usual")" '' "postgresql $db: every READ function answers"
	for sql in 'begin read only;' 'set default_transaction_read_only = on;' \
		'begin isolation level serializable read only deferrable;'; do
		is "$(pg_reads "$db" "$sql")" "$(cat "$tmp/usual")" "postgresql $db: the same after $sql"
	done
	for sql in 'set default_transaction_read_only = on;'; do
		is "$(outcomes WRITE "$db" "$sql" | sed 's/ cannot execute .* in a read-only transaction$/ .../')" \
			"$(each_of WRITE postgresql '25006 ...')" "postgresql $db: no WRITE after $sql"
	done
	is "$(outcomes READ "$db" 'set role nobody;' | grep -v ' 00000$')" \
		"$([ "$db" = bare ] || sed -E 's/.*/& 42501 permission denied for table migration/
			s/(dbmigrate_history.*)migration/\1history/' <<-'END'
			dbmigrate_status
			dbmigrate_pending
			dbmigrate_history
			dbmigrate_version
			dbmigrate_plan
			dbmigrate_verify
		END
		)" "postgresql $db: READ functions answer a role without privileges, or say why not"
	is "$(outcomes WRITE "$db" 'set role nobody;' | sed 's/ permission denied for function [a-z_]*$/ .../')" \
		"$(each_of WRITE postgresql '42501 ...')" "postgresql $db: no WRITE for it"
	is "$(outcomes WRITE "$db" 'set role guest;' | sed -E 's/ permission denied for .*$/ .../')" \
		"$(each_of WRITE postgresql '42501 ...')" "postgresql $db: no WRITE for a role that may call, but not write"
	is "$(pg_reads "$db")" "$(cat "$tmp/usual")" "postgresql $db: the attempts changed nothing"
done
finish
