#!/bin/bash
# Programs other than the sqlite3 shell that load the extension, and files that other
# programs use, too: results are those of the shell, and nothing else is written.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

library=$PWD/sqlite_ext/dbcare.so
calls="select dbmigrate_add('1', 'one', 'create table one (id integer primary key)', 'drop table one');
select dbmigrate_apply();
select version, state from dbmigrate_status();
select dbcheck_json('[1]', '{\"type\": \"array\"}');
select dbcare_set('slow_query_ms', 7);
select count(*) from dbhealth_checks('{\"level\": \"full\"}') where severity = 'unknown';
select dbbackup_create('b') ->> '\$.verified.ok', dbbackup_verify('b', '{\"restore\": true}') ->> '\$.ok';
select dbbackup_restore('b', '$tmp/restored.db') ->> '\$.name';
select dbarchive_vacuum() is not null;
select dbmigrate_apply('9');"
changing='s/"duration_ms": [0-9.]+/"duration_ms": 0/; s/"hash": "[0-9a-f]*"/"hash": ""/'
sqlite shell <<<"$calls" >"$tmp/wanted" || true
rm -f "$tmp/restored.db"
sed -i -E 's/^.*(dbcare: .*)$/\1/' "$tmp/wanted"
sed -E -i "$changing" "$tmp/wanted"
like "$(tail -n 1 "$tmp/wanted")" '^dbcare: .*"9"' 'sqlite3: the calls are made'

# as_shell NAME COMMAND ...: passed if the program gives what the shell gives.
as_shell()
{
	local name=$1

	shift
	is "$(printf '%s' "$calls" | "$@" "$library" "$tmp/host.db" 2>&1 |
		sed -E "$changing")" "$(cat "$tmp/wanted")" "$name"
	rm -rf "$tmp/host.db"* "$tmp/restored.db"
}

# ---- hosts ----

cat >"$tmp/host.py" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[2], isolation_level=None)
db.enable_load_extension(True)
db.load_extension(sys.argv[1])
for call in sys.stdin.read().split("\n"):
    try:
        for row in db.execute(call):
            print(*row)
    except sqlite3.Error as error:
        print(error)
END
python=
for program in python3 /usr/bin/python3; do
	! "$program" -c 'import sqlite3; sqlite3.Connection.enable_load_extension' 2>/dev/null || python=$program
done
if [ -n "$python" ]; then
	as_shell "python's sqlite3" "$python" "$tmp/host.py"
	is "$("$python" "$tmp/host.py" "$library" "$tmp/host.db" \
		<<<"select severity, message from dbhealth_checks where check_id = 'untrusted_schema'")" \
		'info load_extension is on: any statement may load a library' 'an application that leaves load_extension on is told'
	rm -f "$tmp/host.db"*
else
	skip "python's sqlite3" 'no python3 whose sqlite3 can load extensions'
fi

cat >"$tmp/host.cjs" <<'END'
const [, , kind, library, file] = process.argv;
let db;
if (kind === 'node:sqlite') {
	db = new (require(kind).DatabaseSync)(file, { allowExtension: true });
} else {
	db = new (require(kind))(file);
}
db.loadExtension(library);
for (const call of require('fs').readFileSync(0, 'utf8').split('\n')) {
	try {
		for (const row of db.prepare(call).all()) console.log(...Object.values(row));
	} catch (error) {
		console.log(error.message);
	}
}
END
# Node.js needs the library that make npm builds.
node=${NODE-node}
for kind in node:sqlite better-sqlite3; do
	if [ ! -f build/npm/dbcare.so ]; then
		skip "$kind" 'make npm was not run'
	elif ! "$node" -e "new (require('$kind').DatabaseSync || require('$kind'))(':memory:')" 2>/dev/null; then
		skip "$kind" "$node has no $kind"
	else
		library=$PWD/build/npm/dbcare.so as_shell "$kind" "$node" --no-warnings "$tmp/host.cjs" "$kind"
	fi
done

# a program that has dbcare in it
static_host()
{
	build/sqlite3 -batch -list -separator ' ' "$2" 2>&1 | sed -E 's/^.*(dbcare: .*)$/\1/'
}
if [ -x build/sqlite3 ]; then
	as_shell 'a static program' static_host
else
	skip 'a static program' 'make sqlite-shell was not run'
fi

# a program with threads
"${CC:-cc}" -std=c11 -Wall -Wextra -Werror -o "$tmp/threads" test/process/registry/threads.c -lsqlite3 -lpthread
for mode in delete wal; do
	sqlite_new threads
	sqlite threads <<<"pragma journal_mode = $mode;" >"$tmp/made"
	is "$("$tmp/threads" "$library" "$tmp/threads.db" 2>&1 || echo "ended with $?")" '' \
		"threads, $mode: four connections write while four threads share one"
	is "$(sqlite threads <<<"select count(*), min(state) from dbmigrate_status(); select count(*) from dbmigrate_verify();")" \
		$'4 applied\n0' "threads, $mode: every migration is applied"
done

# an encrypted file, whose SQLite may be too old
if command -v sqlcipher >/dev/null; then
	encrypted=$(sqlcipher -batch "$tmp/cipher.db" 2>&1 <<-END
		pragma key = 'secret';
		.load $library
		select dbcare_set('slow_query_ms', 7);
		select dbhealth_ping() is not null;
		select dbmigrate_add('1', 'outside', 'vacuum') is not null;
		select dbmigrate_deploy();
		select dbmonitor_start();
		select dbbackup_create('b', '{"directory": "$tmp"}');
	END
	) || true
	minor=$(sqlcipher -version | cut -d . -f 2)
	if [ "$minor" -lt 37 ]; then
		like "$encrypted" 'dbcare needs SQLite 3.37 or later, this is 3\.' 'sqlcipher: an old one is refused in words'
	else
		like "$encrypted" $'"value": "7"[^\n]*\n1\n1\n' 'sqlcipher: functions work in an encrypted file'
		is "$(grep -c 'does not have the key of this encrypted file' <<<"$encrypted")" 3 \
			'sqlcipher: what needs a second connection is refused in words'
		is "$(head -c 6 "$tmp/cipher.db" | grep -c SQLite || true)" 0 'sqlcipher: the file stays encrypted'
	fi
else
	skip sqlcipher 'sqlcipher is not installed'
fi

# ---- several processes ----

# a call waits for a lock that another process holds before the call is compiled
sqlite_new locked
sqlite locked <<<'create table t (a);'
mkfifo "$tmp/holder"
sqlite3 "$tmp/locked.db" <"$tmp/holder" >"$tmp/held" &
exec 9>"$tmp/holder"
printf '%s\n' 'begin exclusive; insert into t values (1);' '.print held' >&9
until grep -qs held "$tmp/held"; do sleep 0.02; done
sqlite locked <<<"select dbcare_set('slow_query_ms', 7);" >"$tmp/waited" &
sleep 0.3 # it begins to wait
echo 'commit;' >&9
exec 9>&-
wait
like "$(cat "$tmp/waited")" '"value": "7"' 'a call waits for an exclusive lock of another process'

# writers without dbcare, and calls between their transactions
sqlite_new wal
sqlite wal <<<'pragma journal_mode = wal; create table t (writer int, n int);' >/dev/null
for writer in 1 2 3 4; do
	sqlite3 -batch -bail "$tmp/wal.db" >"$tmp/writer$writer" 2>&1 <<-END &
		.timeout 60000
		$(for n in $(seq 50); do echo "insert into t values ($writer, $n);"; done)
	END
done
for version in 1 2 3; do
	sqlite wal <<-END >"$tmp/call$version" &
		select dbmigrate_add('$version', 'm', 'create table m$version (a)') is not null;
		select dbmigrate_apply('$version', '{"allow_out_of_order": true}') is not null;
	END
done
wait
is "$(sort -u "$tmp"/call? "$tmp"/writer?)" 1 'write-ahead log: seven processes write without an error'
is "$(sqlite wal <<<"select count(*) from t; select count(*) from dbmigrate_status() where state = 'applied';")" \
	$'200\n3' 'write-ahead log: all is written'

# ---- a replicator ----

# Programs that copy the write-ahead log need all of it: they turn off automatic
# checkpoints and keep the file open.  The log must only grow.
sqlite_new copied
sqlite copied <<<"pragma journal_mode = wal; $filled_sql" >"$tmp/made"
sqlite copied <<<'pragma wal_autocheckpoint = 0; insert into parent values (1);' >"$tmp/made"
mkfifo "$tmp/reader"
sqlite3 "$tmp/copied.db" <"$tmp/reader" >"$tmp/reading" &
exec 9>"$tmp/reader"
printf '%s\n' 'pragma wal_autocheckpoint = 0; select count(*) from parent;' '.print reading' >&9
until grep -qs reading "$tmp/reading"; do sleep 0.02; done
sqlite copied <<<"pragma wal_autocheckpoint = 0; select dbcare_set('slow_query_ms', 8);" >/dev/null
cp "$tmp/copied.db" "$tmp/file_before"
cp "$tmp/copied.db-wal" "$tmp/log_before"
{
	echo 'pragma wal_autocheckpoint = 0;'
	functions_of sqlite | while read -r name class _; do
		# what rewrites or removes the file, or is about other files
		[[ ! $name =~ ^(dbhealth_optimize|dbcare_uninstall|dbbackup_.*|dbsync_.*|dbmonitor_.*)$ ]] || continue
		[ "$class" != WRITE ] || echo "select count($name($(arguments_of "$name" sqlite)));"
	done
} | sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/copied.db" >"$tmp/made" 2>&1 || true
result "$(cmp "$tmp/copied.db" "$tmp/file_before" >&2 && echo 0 || echo 1)" \
	'a replicator: no WRITE function checkpoints the log'
result "$(head -c "$(stat -c %s "$tmp/log_before")" "$tmp/copied.db-wal" | cmp - "$tmp/log_before" >&2 && echo 0 || echo 1)" \
	'a replicator: the log before the calls stays'
result "$([ "$(stat -c %s "$tmp/copied.db-wal")" -gt "$(stat -c %s "$tmp/log_before")" ] && echo 0 || echo 1)" \
	'a replicator: the calls are in the log'
cp "$tmp/copied.db-wal" "$tmp/log_before"
read_all sqlite | sqlite copied >"$tmp/read" || true
result "$(cmp "$tmp/copied.db-wal" "$tmp/log_before" >&2 && echo 0 || echo 1)" 'a replicator: reading writes nothing'
exec 9>&-
wait
finish
