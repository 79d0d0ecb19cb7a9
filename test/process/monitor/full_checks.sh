#!/bin/bash
# The health checks of level full run by themselves at full_checks_at, once, and only
# if it is set.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 5000')

# runs: how often a check of level full has run, by the times seen in three seconds.
runs()
{
	local runs=
	for ((i = 0; i < 6; i++)); do
		runs+=$("$engine" shop <<<"$last_run")$'\n'
		sleep 0.5
	done
	sort -u <<<"$runs" | grep -c .
}

start_server server "shared_preload_libraries='dbcare'"
for engine in postgresql sqlite; do
	"${engine}_new" shop
	"$engine" shop >"$tmp/out" <<-'END'
		create table parent (id int primary key);
		create table child (id int primary key, parent_id int references parent (id));
	END
	if [ "$engine" = sqlite ]; then
		last_run="attach '$tmp/shop.db-samples' as apart;
			select run_at from apart.dbcare_check_run where check_id = 'orphaned_rows';"
		sqlite shop <<<"insert into child values (1, 77);"
		mkfifo "$tmp/session"
		"${sqlite_shell[@]}" "$tmp/shop.db" <"$tmp/session" >"$tmp/session.out" 2>&1 &
		exec {session}>"$tmp/session"
		echo "select dbmonitor_start(0.2) ->> 'running';" >&"$session"
		until [ -s "$tmp/session.out" ]; do
			sleep 0.02
		done
	else
		last_run="select run_at from dbcare.check_run where check_id = 'orphaned_rows';"
		postgresql shop >"$tmp/out" <<<"set session_replication_role = replica; insert into child values (1, 77);
			select dbmonitor_start(0.2);"
	fi
	is "$(runs)" 0 "$engine: checks of level full do not run by default"
	"$engine" shop <<<"select dbcare_set('full_checks_at', '$(date -u -d '2 hours ago' +%H:%M)');" >"$tmp/out"
	is "$(runs)" 0 "$engine: nor two hours after their time"
	"$engine" shop <<<"select dbcare_set('full_checks_at', '$(date -u -d '1 minute ago' +%H:%M)');" >"$tmp/out"
	for ((i = 0; i < 600; i++)); do
		found=$("$engine" shop <<<"select object from dbmonitor_alerts() where alert = 'consistency';")
		[ -z "$found" ] || break
		sleep 0.2
	done
	like "$found" '^orphaned_rows .*child$' "$engine: at their time they run, and raise alerts"
	is "$(runs)" 1 "$engine: once"
done
finish
