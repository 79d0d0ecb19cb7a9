#!/bin/bash
# What the hooks of the slow log cost: the instructions of a backend for a lookup by
# key, counted by valgrind, with the log and without.  PostgreSQL alone.  Prints
# TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

if ! command -v valgrind >/dev/null; then
	skip 'instructions of a lookup' 'valgrind is not installed'
	finish
fi
start_server server "shared_preload_libraries='dbcare'" autovacuum=off jit=off
"${psql_shell[@]}" -d postgres -c "create database shop"
postgresql shop >"$tmp/made" <<-'END'
	create table item (id int primary key, note text);
	insert into item select i, 'note ' || i from generate_series(1, 10000) as i;
	vacuum analyze item;
	create extension dbcare;
END
cat >"$tmp/lookup.sql" <<-END
	\\if :first
	select pg_backend_pid() as pid \\gset
	\\shell echo :pid >$tmp/pid
	\\set first 0
	\\endif
	select note from item where id = 4711;
END
test/pg_server.sh stop "$tmp/server"
servers=
owner=$(stat -c %U "$tmp/server/data")
as_owner=()
[ "$(id -un)" = "$owner" ] || as_owner=(setpriv --reuid="$owner" --regid="$owner" --init-groups)

# counted SLOW_LOG COUNT: the instructions of a backend that looks up so many rows.
counted()
{
	local logs=$tmp/server/counts

	rm -rf "$logs"
	mkdir -m 777 "$logs"
	(cd "$tmp/server" && exec "${as_owner[@]}" valgrind -q --tool=cachegrind --cache-sim=no \
		--cachegrind-out-file="$logs/%p" "$(type -P postgres)" -D data -k "$tmp/server" >>log 2>&1) &
	until pg_isready -q -t 60; do
		sleep 0.2
	done
	if [ "$1" = on ]; then
		postgresql shop <<<'select dbmonitor_start(3600);' >"$tmp/started"
		until_true shop "select dbmonitor_status() -> 'slow_log' ->> 'recording' = 'true'
			and exists (select from dbcare.sample)" >&2
	fi
	pgbench -n -M prepared -D first=1 -t "$2" -f "$tmp/lookup.sql" shop >"$tmp/bench" 2>&1
	until [ -s "$logs/$(cat "$tmp/pid")" ]; do
		sleep 0.1
	done
	kill "$(head -1 "$tmp/server/data/postmaster.pid")"
	wait $!
	awk '/^summary:/ { print $2 }' "$logs/$(cat "$tmp/pid")"
}

for slow_log in off on; do
	few=$(counted $slow_log 100)
	many=$(counted $slow_log 2100)
	per_lookup+=("$(((many - few) / 2000))")
done
result "$((per_lookup[1] * 100 > per_lookup[0] * 102))" \
	"a lookup has at most 2 % more instructions: ${per_lookup[1]}, without the slow log ${per_lookup[0]}"
finish
