#!/bin/bash
# Monitoring seals the log of changes if audit_seal_minutes is set.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 5000')

# seals: how many seals there are, and whether the log is as it was sealed.
seals()
{
	"$engine" shop <<<"select (select count(*) from $table) || ' ' || (select count(*) from dbaudit_verify());"
}

# wait_for N: until there are that many seals.
wait_for()
{
	for ((i = 0; i < 200; i++)); do
		[[ $(seals) != "$1 "* ]] || return 0
		sleep 0.05
	done
}

start_server server "shared_preload_libraries='dbcare'"
for engine in postgresql sqlite; do
	"${engine}_new" shop
	"$engine" shop >"$tmp/out" <<-'END'
		create table t (id int primary key);
		select dbaudit_enable('t');
		insert into t values (1);
	END
	if [ "$engine" = sqlite ]; then
		table=dbcare_audit_seal
		old="update $table set sealed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 minutes')"
		mkfifo "$tmp/session"
		"${sqlite_shell[@]}" "$tmp/shop.db" <"$tmp/session" >"$tmp/session.out" 2>&1 &
		exec {session}>"$tmp/session"
		echo "select dbmonitor_start(0.2) ->> 'running';" >&"$session"
		until [ -s "$tmp/session.out" ]; do
			sleep 0.02
		done
	else
		table=dbcare.audit_seal
		old="update $table set sealed_at = now() - interval '10 minutes'"
		postgresql shop >"$tmp/out" <<<"select dbmonitor_start(0.2);"
	fi
	await_samples shop
	is "$(seals)" '0 0' "$engine: the log is not sealed by default"
	"$engine" shop <<<"select dbcare_set('audit_seal_minutes', 5);" >"$tmp/out"
	wait_for 1
	is "$(seals)" '1 0' "$engine: with the setting it is"
	"$engine" shop <<<"insert into t values (2);"
	await_samples shop
	is "$(seals)" '1 0' "$engine: not again before the minutes are over"
	"$engine" shop <<<"$old;"
	wait_for 2
	is "$(seals | cut -d ' ' -f 1)" 2 "$engine: then new entries are sealed"
	"$engine" shop <<<"$old;"
	await_samples shop
	is "$(seals | cut -d ' ' -f 1)" 2 "$engine: without new entries there is no new seal"
done
finish
