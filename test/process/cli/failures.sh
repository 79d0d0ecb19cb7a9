#!/bin/bash
# The command where things go wrong: a closed pipe, a full disk, connections that fail or
# end, a server that restarts, Ctrl-C at any moment, passwords that must not be seen,
# words that are no command line.  Prints TAP.
#
# usage: failures.sh [INTERRUPTS]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

interrupts=${1:-6}
start_server server
dbcare=${DBCARE:-$PWD/build/dbcare}

# run ARGUMENT ...: the output, a line with the exit code last.
run()
{
	local code=0

	"$dbcare" "$@" </dev/null 2>&1 || code=$?
	echo "exit $code"
}

# says PATTERN NAME ARGUMENT ...
says()
{
	local wanted=$1 name=$2

	shift 2
	like "$(run "$@")" "$wanted" "$name"
}

# ---- words ----
says 'unknown verb "mgrate".*Did you mean migrate.*exit 2' 'a misspelt verb' mgrate
says 'unknown verb "stauts".*Did you mean status[?].*exit 2' 'a verb with two letters swapped' stauts
says 'unknown verb "stat".*Did you mean status or stats.*exit 2' 'the beginning of a verb' stat
says 'no repair was requested.*Set --orphans, --rules or --indexes.*exit 2' 'a hint about options' repair --yes
says 'unknown flag "--dryrun".*Did you mean --dry-run. See.*exit 2' 'a misspelt flag' migrate --dryrun
says 'unknown flag "--jsn".*Did you mean --json. See.*exit 2' 'a misspelt flag of all verbs' status --jsn
says 'unknown flag "--nonsense=x".*HINT:  See dbcare help migrate.*exit 2' 'a flag like no other' migrate --nonsense=x
says 'unknown verb "frobnicate".*dbcare help.*exit 2' 'an unknown verb' frobnicate
says 'unknown flag "--frob".*dbcare help migrate.*exit 2' 'an unknown flag' migrate --frob
says 'flag --to needs a value.*exit 2' 'a flag without its value' migrate --to
says 'flag --dry-run takes no value.*exit 2' 'a switch with a value' migrate --dry-run=yes
says 'argument TABLE is missing.*exit 2' 'an argument is missing' soft-delete
says 'unexpected argument "b".*exit 2' 'an argument too many' baseline a b
says 'no database was given.*DATABASE_URL.*exit 2' 'no database' --db '' status
says 'dbcare 0.*exit 0' 'the version' --version
says 'usage: dbcare.*exit 0' 'no verb'

says 'contains a password.*exit 2' 'a password as keyword' --db 'dbname=shop password=secret' status
says 'contains a password.*exit 2' 'a password in a parameter' --db 'postgresql://h/d?password=secret' status
says 'contains a password.*exit 2' 'a password of another argument' --db nothing diff a.db 'postgresql://u:secret@h/d'
says '/nowhere/.*failed.*exit 2' 'password in a name is none' --db 'postgresql:///password_db?host=/nowhere' status

# ---- files and connections ----
sqlite_new shop
says 'cannot open ".*none.db": No such file.*Check the path.*exit 2' 'a file that does not exist' --db "$tmp/none.db" verify
result "$([ ! -e "$tmp/none.db" ] && echo 0 || echo 1)" 'it is not created'
says 'directory ".*/nowhere": No such file.*exit 2' 'a directory that does not exist' --db "$tmp/nowhere/a.db" migrate
says 'it is a directory.*exit 2' 'a directory' --db "$tmp" status
echo 'no database at all, but text' >"$tmp/text.db"
says 'not a database.*another format.*exit 2' 'a file of another format' --db "$tmp/text.db" status
says 'exit 0' 'a file in a URL' --db "sqlite:$tmp/shop.db" status
says 'exit 0' 'an absolute path in a URL' --db "sqlite:///$tmp/shop.db" status

# ---- permissions ----
somebody=()
[ "$(id -u)" -ne 0 ] || somebody=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
mkdir -m 777 "$tmp/closed" "$tmp/fixed"
"${somebody[@]}" cp "$tmp/shop.db" "$tmp/fixed/shop.db"
"${somebody[@]}" touch "$tmp/closed/shop.db" "$tmp/unreadable.db" 2>/dev/null || touch "$tmp/unreadable.db"
chmod 555 "$tmp/fixed"
chmod 000 "$tmp/closed" "$tmp/unreadable.db"
cp "$dbcare" "$tmp/dbcare"
# denied PATTERN NAME ARGUMENT ...
denied()
{
	like "$("${somebody[@]}" "$tmp/dbcare" "${@:3}" 2>&1 </dev/null; echo "exit $?")" "$1" "$2"
}
denied 'unreadable.db": Permission denied.*permissions of the file.*exit 2' 'a file that cannot be read' --db "$tmp/unreadable.db" status
denied 'closed/shop.db": Permission denied.*permissions of the file.*exit 2' 'a directory that cannot be searched' --db "$tmp/closed/shop.db" status
denied 'connection +critical.*closed/shop.db": Permission denied.*exit 1' 'doctor says it' --db "$tmp/closed/shop.db" doctor
denied 'directory ".*/fixed": Permission denied.*permissions of the directory.*exit 2' 'no new file in such a directory' --db "$tmp/fixed/new.db" migrate
denied 'readonly database.*permissions of the file and of its directory.*exit 2' 'a directory without room for a journal' --db "$tmp/fixed/shop.db" settings environment testing
denied 'writing +critical +.*no journal.*fixed.*exit 1' 'doctor says that' --db "$tmp/fixed/shop.db" doctor
denied 'could not read directory ".*/closed".*Permission denied.*exit 2' 'a folder of migrations that cannot be read' --db "$tmp/fixed/shop.db" load --dir "$tmp/closed"
chmod 755 "$tmp/closed" "$tmp/fixed"

# ---- servers that are none, or too old ----
# answers BYTES PATTERN NAME: a server whose answer to a new connection is this Python
# literal.
answers()
{
	local port

	: >"$tmp/port"
	python3 -IS -c '
import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
listener.settimeout(20)
while True:
    client = listener.accept()[0]
    # libpq asks for no TLS and no GSSAPI
    client.recv(1000)
    client.sendall(eval(sys.argv[1]))
    client.recv(1000)
    client.close()' "$1" >"$tmp/port" 2>/dev/null &
	until read -r port <"$tmp/port"; do
		sleep 0.02
	done
	out=$(run --db "host=127.0.0.1 port=$port dbname=shop sslmode=disable gssencmode=disable connect_timeout=10" status)
	like "$out" "$2" "$3"
	kill $!
}
answers 'b"HTTP/1.1 400 Bad Request\r\n\r\n"' 'expected authentication .*exit 2' 'a server of another protocol'
answers 'b"R\0\0\0\x08\0\0\0\0S" + (4 + 22).to_bytes(4, "big") + b"server_version\x009.6.24\0" + b"Z\0\0\0\x05I"' \
	'server has version 9.6, older than PostgreSQL 14.*Upgrade.*exit 2' 'a server that is too old'
message='SFATAL\0C28000\0Mgo \x1b]0;owned\x07 away\0\0'
answers "b'E' + (4 + len(b'$message')).to_bytes(4, 'big') + b'$message'" 'go .x1b\]0;owned.x07 away.*exit 2' 'a server whose message has an escape sequence'

postgresql_new shop
psql -qd postgres -c 'create database bare' -c 'create role plain login'
says 'refused.*Nothing listens there.*exit 2' 'no server' --db "host=127.0.0.1 port=1 dbname=shop" status
says 'database "nosuch" does not exist.*createdb.*exit 2' 'no such database' --db 'dbname=nosuch' status
says 'role "nosuch" does not exist.*createuser.*exit 2' 'no such role' --db 'dbname=shop user=nosuch' status
says 'exit 0' 'no extension' --db dbname=bare status
says 'extension +warning.*exit 1' 'doctor without extension' --db dbname=bare doctor
says 'connection +critical.*refused.*Nothing listens.*exit 1' 'doctor without server' --db "host=127.0.0.1 port=1" doctor
says 'rights +warning.*exit 1' 'doctor without privilege' --db 'dbname=shop user=plain' doctor

# ---- which database ----
mkdir "$tmp/env"
printf '# ours\nexport DATABASE_URL="%s"\n' "$tmp/shop.db" >"$tmp/env/.env"
is "$(cd "$tmp/env" && "$dbcare" settings environment)" development '.env names the database'
is "$(cd "$tmp/env" && DATABASE_URL=sqlite:none.db "$dbcare" settings environment 2>&1 | head -1)" \
	'dbcare: cannot open "none.db": No such file or directory' 'the environment comes before .env'
is "$(cd "$tmp" && PGDATABASE=shop "$dbcare" settings environment)" development "libpq's variables name it"
printf '[here]\nhost=%s\ndbname=shop\n' "$PGHOST" >"$tmp/services"
is "$(cd "$tmp" && PGSERVICEFILE=$tmp/services PGSERVICE=here "$dbcare" settings environment)" development 'a service names it'

# ---- output that cannot be written ----
for engine in postgresql sqlite; do
	db=$(at "$engine" shop)
	like "$("$dbcare" --db "$db" settings 2>&1 >/dev/full; echo "exit $?")" 'could not write.*No space left.*exit 2' "$engine: a full disk"
	is "$("$dbcare" --db "$db" help 2>&1 | head -1)" 'usage: dbcare [--db DATABASE] VERB [arguments] [flags]' "$engine: a closed pipe is no error"
	like "$("$dbcare" --db "$db" report --html /dev/full 2>&1; echo "exit $?")" 'could not write "/dev/full".*No space left.*exit 2' "$engine: a page that does not fit"
	like "$("$dbcare" --db "$db" report --html "$tmp/nowhere/page.html" 2>&1; echo "exit $?")" 'could not create.*No such file.*exit 2' "$engine: a page in a directory that does not exist"
done

# ---- connections that end ----
mkdir "$tmp/slow"
psql -qd shop -c 'create table pause (seconds integer)' -c 'insert into pause values (30)'
# Waits until a migration sleeps.
until_asleep()
{
	until_true postgres "select exists (select from pg_stat_activity where wait_event = 'PgSleep')"
}
for step in 1 2 3; do
	printf -- '-- migrate:up\ncreate table step_%s (id integer primary key);\nselect pg_sleep(seconds) from pause;\n-- migrate:down\ndrop table step_%s;\n' \
		$step $step >"$tmp/slow/${step}_step.sql"
done
says 'permission denied.*exit 2' 'no privilege' --db 'dbname=shop user=plain' migrate --dir "$tmp/slow"
run --db dbname=shop deploy --dir "$tmp/slow" >"$tmp/out" &
until_asleep
psql -qAtd postgres -c "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dbcare'" >/dev/null
wait $!
like "$(cat "$tmp/out")" 'terminating connection|closed the connection.*steps that were completed stay.*exit 2' 'a backend that ends is said, and what is left'
psql -qd shop -c 'update pause set seconds = 0'
says 'version 3.*exit 0' 'the next deploy completes' --db dbname=shop deploy --dir "$tmp/slow"
psql -qd shop -c 'select dbmigrate_rollback($$0$$)' -c 'update pause set seconds = 30' >/dev/null
run --db dbname=shop migrate --dir "$tmp/slow" >"$tmp/out" &
until_asleep
test/pg_server.sh stop "$tmp/server"
test/pg_server.sh start "$tmp/server" fsync=off
wait $!
like "$(cat "$tmp/out")" '(terminating|shut ?down|closed the connection).*exit 2' 'a server that restarts is said'
is "$(psql -qAtd shop -c 'select count(*) from dbmigrate_pending()')" 3 'and migrate has changed nothing'

# ---- Ctrl-C ----
for engine in postgresql sqlite; do
	db=$(at "$engine" shop)
	"$engine" shop >/dev/null <<-END
		drop table if exists big;
		create table big (id integer primary key, v integer);
		insert into big with recursive c(n) as (select 1 union all select n + 1 from c where n < 3000) select n, 0 from c;
	END
	bad=
	for ((i = 0; i < interrupts; i++)); do
		"$dbcare" --db "$db" backfill "b$i" "update big set v = v + 1 where v = $i" -o batch_ms=5 -o pause_ms=20 \
			>"$tmp/out" 2>&1 </dev/null &
		sleep "0.$((RANDOM % 9))$((RANDOM % 10))"
		until_begun $!
		kill -INT $! 2>/dev/null || true
		code=0
		wait $! || code=$?
		grep -q 'cancel\|interrupt' "$tmp/out" && ! grep -q 'completed stay' "$tmp/out" && bad+=" no word of what stays"
		[ $code -eq 0 ] || [ $code -eq 2 ] || bad+=" exit $code: $(cat "$tmp/out")"
		"$dbcare" --db "$db" backfill "b$i" "update big set v = v + 1 where v = $i" >"$tmp/out" 2>&1 || bad+=" $(cat "$tmp/out")"
	done
	is "$bad" '' "$engine: Ctrl-C at $interrupts moments"
	is "$("$engine" shop <<<"select count(*) from big where v = $interrupts;")" 3000 "$engine: every row was changed once by each run"
done

# ---- secrets ----
psql -qd postgres -c "create role guarded login superuser password 'topsecret1'"
psql -qd shop -c 'update pause set seconds = 1'
DATABASE_URL="postgresql://guarded:topsecret1@/shop?host=$PGHOST" "$dbcare" -q migrate --dir "$tmp/slow" &
seen=
for ((i = 0; i < 20; i++)); do
	seen+=$(tr '\0' ' ' <"/proc/$!/cmdline" 2>/dev/null || true)
	seen+=$(psql -qAtd postgres -c "select string_agg(query || application_name, ' ') from pg_stat_activity" || true)
	sleep 0.1
done
wait $! || true
result "$([[ $seen == *topsecret1* ]] && echo 1 || echo 0)" 'a password is in no process list and no query'
like "$seen" 'dbcare' 'the lists were read'
result "$(DATABASE_URL="postgresql://guarded:topsecret1@127.0.0.1:1/shop" run doctor | grep -c topsecret1)" 'nor in errors'
result "$(grep -rl topsecret1 "$tmp/server" 2>/dev/null | grep -c 'log' || true)" 'nor in the log of the server'

finish
