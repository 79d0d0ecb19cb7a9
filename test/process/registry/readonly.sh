#!/bin/bash
# Where nothing may be written: loading and reading leave no trace, READ
# functions give what they give elsewhere, WRITE functions say why they cannot.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# ---- SQLite ----

# Permissions of a file mean nothing to root, who reads it as somebody else.
user=()
somebody=()
[ "$(id -u)" -ne 0 ] || somebody=(setpriv --reuid=nobody --regid=nogroup --clear-groups)

# lite FILE [SQL]: reads SQL from standard input after SQL; goes on after errors, which
# begin with "error near line" in the shell of every version.
lite()
{
	"${user[@]}" stdbuf -oL sqlite3 -batch -list -separator ' ' \
		-cmd '.load ./sqlite_ext/dbcare' -cmd "${2-}" "$1" 2>&1 |
		sed -E 's/^(Runtime e|Parse e|E)rror near line/error near line/'
}

# The results of every READ function, without the member read_only.
reads()
{
	read_all sqlite | lite "$@" | masked | sed 's/"read_only": true/"read_only": false/'
}

# "function error" for every WRITE function.
writes()
{
	tried_functions_of sqlite | while read -r name class _; do
		[ "${class/PROC/WRITE}" = WRITE ] || continue
		printf '.print %s\nselect %s(%s);\n' "$name" "$name" "$(arguments_of "$name" sqlite)"
	done | lite "$@" | paste -d ' ' - - |
		sed -E 's/ error near line [0-9]+: / /; s/ \(8\)$//'
}

# A file that cannot change has no journal, of whatever kind; leaves out the
# checks that look at it, and what adds them up.
without_journal()
{
	sed '/^-- dbhealth_text$/,/^-- /{/^-- /!d}' |
		grep -vE '^([a-z_]*(wal|journal)[a-z_]*|version_eol) |^[{]"cap"'
}

# The files of a database, and what is in them.
files()
{
	(cd "$tmp" && sha256sum "$1".db*)
}

reads "$tmp/new.db" >"$tmp/bare"
is "$(find "$tmp" -name 'new.db*' -size +0)" '' 'sqlite: loading and reading write nothing to a new file'
is "$(grep -c '^-- ' "$tmp/bare") $(grep 'error near line' "$tmp/bare" | grep -v 'table parent does not exist')" \
	"$(count_read sqlite) " 'sqlite: every READ function answers there, or says that there is no table'

for mode in delete wal; do
	db=$mode
	sqlite_new "$db"
	sqlite "$db" <<<"pragma journal_mode = $mode; $filled_sql" >"$tmp/made"
done
for mode in $(sample 1 delete wal); do
	db=$mode
	where="sqlite $mode"
	before=$(files "$db")
	reads "$tmp/$db.db" >"$tmp/usual"
	is "$(grep 'error near line' "$tmp/usual")" '' "$where: every READ function answers"
	is "$(files "$db")" "$before" "$where: reading changes no file"
	# what a user may do to a file to keep it as it is
	is "$(reads "file:$tmp/$db.db?mode=ro")" "$(cat "$tmp/usual")" "$where: the same with mode=ro"
	like "$(lite "file:$tmp/$db.db?mode=ro" <<<'select dbhealth_ping();')" '"read_only": true' \
		"$where: ... which dbhealth_ping tells"
	is "$(reads "$tmp/$db.db" 'pragma query_only = on;')" "$(cat "$tmp/usual")" \
		"$where: the same with query_only"
	is "$(reads "$tmp/$db.db" 'begin;')" "$(cat "$tmp/usual")" "$where: the same in a transaction"
	is "$(reads "file:$tmp/$db.db?immutable=1" | without_journal)" \
		"$(without_journal <"$tmp/usual")" "$where: the same with immutable"
	is "$(files "$db")" "$before" "$where: none of it changes a file"
	is "$(writes "file:$tmp/$db.db?mode=ro")" \
		"$(each_of WRITE sqlite 'dbcare: the database is read-only')" "$where: no WRITE with mode=ro"
	is "$(writes "$tmp/$db.db" 'pragma query_only = on;')" \
		"$(each_of WRITE sqlite 'dbcare: attempt to write a readonly database')" \
		"$where: no WRITE with query_only"
	is "$(files "$db")" "$before" "$where: the attempts change no file"
done

db=delete
before=$(files "$db")
reads "$tmp/$db.db" >"$tmp/usual"
chmod 444 "$tmp/$db.db"
chmod 555 "$tmp"
user=("${somebody[@]}")
got=$(reads "$tmp/$db.db")
refused=$(writes "$tmp/$db.db")
unread=$(lite "$tmp/wal.db" <<<'select dbmigrate_version();') || true
copied=$(lite "file:$tmp/wal.db?immutable=1" <<<'select dbmigrate_version();')
user=()
chmod 755 "$tmp"
is "$got" "$(cat "$tmp/usual")" 'sqlite: the same on a file that may only be read'
is "$refused" "$(each_of WRITE sqlite 'dbcare: the database is read-only')" \
	'sqlite: no WRITE on a file that may only be read'
is "$(files "$db")" "$before" 'sqlite: such a file does not change'
# from 3.48 on SQLite fails before it calls a function
said='\. To read a file in WAL mode .* immutable=1\.'
[ "$(sqlite3 -version | cut -d . -f 2)" -lt 48 ] || said='attempt to write a readonly database'
like "$unread" "$said" 'sqlite: in WAL mode the error says how to open it'
is "$copied" 1 'sqlite: ... and that works'

# ---- PostgreSQL ----

start_server server
postgresql_new bare
postgresql_new filled
postgresql filled <<<"$filled_sql" >"$tmp/made"

for db in bare filled; do
	where="postgresql $db"
	postgresql_reads "$db" >"$tmp/usual"
	is "$(grep ERROR "$tmp/usual")" '' "$where: READ functions answer as usual"
	for sql in 'begin read only;' 'set default_transaction_read_only = on;' \
		'begin isolation level serializable read only deferrable;'; do
		is "$(postgresql_reads "$db" "$sql")" "$(cat "$tmp/usual")" "$where: the same after $sql"
	done
	is "$(outcomes WRITE "$db" 'set default_transaction_read_only = on;' |
		sed -E 's/cannot execute .* in a read-only transaction$/.../')" \
		"$(each_of WRITE postgresql '25006 ...')" "$where: no WRITE in a read-only transaction"
	is "$(postgresql_reads "$db")" "$(cat "$tmp/usual")" "$where: the attempts changed nothing"
done
is "$(postgresql bare <<<"select to_regnamespace('dbcare');")" '' \
	'postgresql: reading creates no tables'
is "$(postgresql bare <<<"begin read only;
	select count(*) from dbmigrate_lint('set search_path = pg_temp; create table t (a int); create index on t (a);');
	select count(*) from pg_namespace where nspname ~ '^pg_temp';")" \
	$'0\n0' 'postgresql: nor does a script that is for temporary tables make their schema'
finish
