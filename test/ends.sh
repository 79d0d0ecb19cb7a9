# shellcheck shell=bash
# A call on database $db of $engine in a process of its own, and its end: interrupts,
# kills, and the restart of the server that follows; for lib.sh, which sources it.

# until_begun PID: waits until a process in the background has begun its program.  Before
# that it is this shell, which a signal ends with its own exit code.
until_begun()
{
	while [ "/proc/$1/exe" -ef "/proc/$$/exe" ]; do :; done
}

# Starts SQL on database $db, in the background; leaves the process that does
# the work in $worker, and the shell in $client.
start_call()
{
	if [ "$engine" = sqlite ]; then
		"${sqlite_shell[@]}" "$tmp/$db.db" "$1" >"$tmp/answer" 2>&1 &
		client=$!
		worker=$client
		return
	fi
	: >"$tmp/answer"
	"${psql_shell[@]}" -d "$db" -c 'select pg_backend_pid()' -c "$1" \
		>"$tmp/answer" 2>&1 &
	client=$!
	until read -r worker <"$tmp/answer" && [ -n "$worker" ]; do
		sleep 0.002
	done
}

# interrupt PID FILE: Ctrl-C for a sqlite3 shell that makes a file before its statement,
# until it has ended.  One that comes before the statement has begun is lost, and the
# third ends the shell without a word.
interrupt()
{
	local times tenth

	until [ -e "$2" ] || ! kill -0 "$1" 2>/dev/null; do sleep 0.02; done
	for times in 1 2; do
		kill -INT "$1" 2>/dev/null || return 0
		for ((tenth = 0; tenth < 100 * times; tenth++)); do
			kill -0 "$1" 2>/dev/null || return 0
			sleep 0.1
		done
	done
}

# Crashes of the server so far, and how often it became ready.
crashes()
{
	grep -c 'terminating any other active server processes' "$tmp/server/log" || true
}
recoveries()
{
	grep -c 'database system is ready to accept connections' "$tmp/server/log" || true
}

# Waits until the server has restarted after the kill of a backend, which it
# notices with a delay.  $crashed is the number of crashes before.
await_restart()
{
	local until=$((SECONDS + 60))

	until [ "$(crashes)" -gt "$crashed" ] || [ $SECONDS -ge $until ]; do
		sleep 0.01
	done
	# one for the start of the server
	until [ "$(recoveries)" -gt "$(crashes)" ] || [ $SECONDS -ge $until ]; do
		sleep 0.01
	done
}

# Waits until the database can be used again after a kill of $victim, which is
# client, none, or a process of the server.
recover()
{
	local until

	wait "$client" 2>>"$tmp/ends" || true
	[ "$engine" = postgresql ] || return 0
	[ "$victim" = client ] || [ "$victim" = none ] || await_restart
	until=$((SECONDS + 60))
	until [ "$("$engine" "$db" <<-'END'
		select count(*) from pg_catalog.pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid();
	END
	)" = 0 ] || [ $SECONDS -ge $until ]; do
		sleep 0.01
	done
}

# Runs a call that must succeed.
complete()
{
	"$engine" "$db" <<<"$1" >"$tmp/completed"
}
