#!/bin/bash
# A deployment without the extension is killed at random moments: the client, its
# session, its server process, and the network between them.  The next one completes it; nothing is
# half done.  Both kinds of runners exclude each other.
#
# usage: test/process/migrate/wire_kill.sh [KILLS OF EACH KIND]
. "$(dirname "$0")/../../lib.sh"

start_server s
wire=build/wire/call
psql -qd postgres -c 'create database base' -c 'create database pair'
psql -qd base -c 'create table t as select g as a, g % 7 as b from generate_series(1, 60000) as g'
for i in 1 3 5; do
	"$wire" dbname=base dbmigrate_add $i "table$i" "create table u$i (a int primary key);
insert into u$i select generate_series(1, 2000)" "drop table u$i" >/dev/null
	"$wire" dbname=base dbmigrate_add $((i + 1)) "index$i" "set maintenance_work_mem = '4MB';
insert into u$i values (-1);
create index concurrently t_$i on t (a, b)" "drop index concurrently t_$i" >/dev/null
done

# Passes bytes between a client and the server until it is killed.
relay='import socket, sys, threading
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[2]); s.listen(1)
print("ready", flush=True)
c, _ = s.accept(); u = socket.socket(socket.AF_UNIX); u.connect(sys.argv[1])
def pump(a, b):
    while True:
        x = a.recv(65536)
        if not x: break
        b.sendall(x)
    b.shutdown(socket.SHUT_WR)
threading.Thread(target=pump, args=(u, c), daemon=True).start(); pump(c, u)'

# once HOW MILLISECONDS: a deployment that is killed after a time.
once()
{
	local to="dbname=shop application_name=victim" victim relay_pid=

	if [ "$1" = network ]; then
		rm -rf "$tmp/net" && mkdir "$tmp/net"
		python3 -c "$relay" "$PGHOST/.s.PGSQL.$PGPORT" "$tmp/net/.s.PGSQL.$PGPORT" >"$tmp/relay" 2>/dev/null &
		relay_pid=$!
		until [ -s "$tmp/relay" ]; do sleep 0.02; done
		to="$to host=$tmp/net"
	fi
	"$wire" "$to" dbmigrate_deploy >"$tmp/victim" 2>&1 &
	victim=$!
	sleep "0.$(printf '%03d' "$2")"
	case $1 in
		client) kill -9 "$victim" 2>/dev/null || true ;;
		session) psql -qAtXd shop -c "select pg_terminate_backend(pid) from pg_stat_activity
			where application_name = 'victim'" >/dev/null ;;
		backend) kill -9 "$(psql -qAtXd shop -c "select pid from pg_stat_activity
			where application_name = 'victim'")" 2>/dev/null || true ;;
		network) kill -9 "$relay_pid" 2>/dev/null || true ;;
	esac
	wait "$victim" "$relay_pid" 2>/dev/null || true
	# the end of a server process ends all others, and the server recovers
	until psql -qXd postgres -c 'select 1' >/dev/null 2>&1; do sleep 0.1; done
}

for how in client session backend network; do
	for ((round = 1; round <= ${1-1}; round++)); do
		psql -qd postgres -c 'drop database if exists shop with (force)' -c 'create database shop template base'
		once $how $((50 + RANDOM % 400))
		# the session of a killed client ends with its statement
		until_true shop "select count(*) = 0 from pg_stat_activity where application_name = 'victim'"
		last=$("$wire" dbname=shop dbmigrate_deploy 2>&1) || true
		is "$("$wire" dbname=shop dbmigrate_status | cut -d '|' -f 1,3 | tr '\n' ' ')$(psql -qAtX -F ' ' -d shop -c \
			"select count(*), bool_and(indisvalid) from pg_index where indrelid = 't'::regclass" -c \
			'select count(*) from u1' -c 'select count(*) from u5')" \
			'1|applied 2|applied 3|applied 4|applied 5|applied 6|applied 3 t
2001
2001' "$how, round $round"
		[ "$failed" -eq 0 ] || echo "# $last"
		is "$("$wire" dbname=shop dbmigrate_verify)" '' "the log holds"
	done
done

# ---- runners with and without the extension ----
psql -qd pair -c 'create extension dbcare'
psql -qAtXd pair -c "select dbmigrate_add('1', 'slow', 'select pg_sleep(5)')" >/dev/null
psql -qAtXd pair -c 'select dbmigrate_apply()' >/dev/null &
until_true pair "select count(*) = 1 from pg_stat_activity where wait_event = 'PgSleep'"
like "$("$wire" dbname=pair dbmigrate_apply NULL '{"lock_timeout_ms": 100}')" \
	'^ERROR: migrations are running in process' 'the extension keeps the connection out'
wait
psql -qAtXd pair -c "select dbmigrate_add('2', 'slow', 'select pg_sleep(5)')" >/dev/null
"$wire" dbname=pair dbmigrate_deploy >/dev/null &
until_true pair "select count(*) = 1 from pg_stat_activity where wait_event = 'PgSleep'"
like "$(psql -qXd pair -c 'select dbmigrate_apply()' 2>&1)" \
	'^ERROR:  migrations are running in process' 'the connection keeps apply of the extension out'
like "$(psql -qXd pair -c "call dbmigrate_deploy(null, '{\"lock_timeout_ms\": 100}')" 2>&1)" \
	'ERROR:  migrations are running in process' 'and its deploy'
wait
finish
