#!/bin/bash
# dbarchive_apply() in two sessions at once: the second is refused, nothing stays
# locked after a kill, a cancel or an error, and the daily run waits for its turn.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 5000')

db=shop
slow='{"batch_ms": 1, "pause_ms": 3000, "relation": "visit"}'

# apply [OPTIONS]: the call
apply()
{
	[ "$engine" = sqlite ] && printf 'select' || printf 'call'
	printf " dbarchive_apply('%s');" "${1-"{}"}"
}

# Makes rows that a policy deletes.
fill()
{
	"$engine" "$db" <<-'END'
		delete from visit;
		insert into visit with recursive n(i) as
		    (select 1 union all select i + 1 from n where i < 2000) select i, '2020-01-01' from n;
	END
}

# Starts a call that takes its time, and waits until it has done something.
start_slow()
{
	local until=$((SECONDS + 60))

	fill
	start_call "$(apply "$slow")"
	until [ "$(count)" -lt 2000 ] || [ $SECONDS -ge $until ]; do
		sleep 0.01
	done
}

count()
{
	"$engine" "$db" <<<'select count(*) from visit'
}

# completes NAME: a call works, and at once
completes()
{
	like "$("$engine" "$db" <<<"$(apply)" || true)" '"failed": 0' "$engine: $1"
	is "$(count)" 0 "... and no row is left: $1"
}

# await QUERY RESULT NAME: waits until a query has a result, for two minutes at most.
await()
{
	local got= i

	for ((i = 0; i < 600; i++)); do
		got=$("$engine" "$db" <<<"$1" || true)
		[ "$got" != "$2" ] || break
		sleep 0.2
	done
	is "$got" "$2" "$engine: $3"
}

start_server server "shared_preload_libraries='dbcare'"
for engine in postgresql sqlite; do
	own=dbcare.
	[ "$engine" = postgresql ] || own=dbcare_
	"${engine}_new" "$db"
	"$engine" "$db" >"$tmp/out" <<-'END'
		create table visit (id integer primary key, at date);
		select dbarchive_policy('visit', '{"timestamp_column": "at", "delete_after_days": 90}') is null;
	END

	start_slow
	before=$(count)
	like "$("$engine" "$db" <<<"$(apply)" || true)" \
		"retention policies are running in process $worker.*Wait until that call ends; dbcare_progress" \
		"$engine: a second call is refused"
	is "$(count)" "$before" '... and deletes nothing'
	like "$("$engine" "$db" <<<"$(apply '{"dry_run": true}')" || true)" "\"rows\": $before," "$engine: a dry run is not"
	crashed=$(crashes)
	kill -9 "$worker"
	victim=worker recover
	completes 'after a kill the next call works'

	start_slow
	if [ "$engine" = postgresql ]; then
		postgresql "$db" <<<"select pg_cancel_backend($worker)" >"$tmp/cancelled"
	else
		kill -INT "$worker"
	fi
	wait "$client" 2>>"$tmp/ends" || true
	like "$(cat "$tmp/answer")" 'canceling statement|interrupted' "$engine: it can be cancelled"
	completes 'then the next call works'

	# a session that goes on after a call that fails as a whole
	fill
	mkfifo "$tmp/session"
	if [ "$engine" = postgresql ]; then
		"${psql_shell[@]}" -v ON_ERROR_STOP=0 -d "$db" <"$tmp/session" >"$tmp/session.out" 2>&1 &
	else
		sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/$db.db" <"$tmp/session" >"$tmp/session.out" 2>&1 &
	fi
	exec {session}>"$tmp/session"
	if [ "$engine" = postgresql ]; then
		postgresql "$db" <<<'alter table dbcare.policy_run add constraint none check (row_count < 0) not valid'
	else
		sqlite "$db" <<<"create trigger none before insert on dbcare_policy_run begin select raise(abort, 'none'); end"
	fi
	printf '%s\n' "$(apply)" "select 'failed';" >&"$session"
	until grep -qsx failed "$tmp/session.out"; do
		sleep 0.02
	done
	if [ "$engine" = postgresql ]; then
		postgresql "$db" <<<'alter table dbcare.policy_run drop constraint none'
	else
		sqlite "$db" <<<'drop trigger none'
	fi
	like "$(cat "$tmp/session.out")" 'none' "$engine: a call fails as a whole"
	completes 'then another session works'

	# ---- a policy that is changed meanwhile ----

	start_slow
	"$engine" "$db" >"$tmp/out" <<<"select dbarchive_policy('visit', '{\"timestamp_column\": \"at\", \"delete_after_days\": 90, \"where\": \"id > 1990\"}') is null"
	left=$(count)
	wait "$client"
	like "$(cat "$tmp/answer")" '"error": "the policy was changed or removed while it was to be applied"' \
		"$engine: a policy that is changed is not applied any more"
	is "$(count)" "$left" '... and no more rows are deleted'
	like "$("$engine" "$db" <<<"$(apply)")" '"rows": 10,' '... until it is applied again'
	"$engine" "$db" >"$tmp/out" <<<"select dbarchive_policy('visit', '{\"timestamp_column\": \"at\", \"delete_after_days\": 90}') is null"

	# ---- with a step that excludes migrations ----

	if [ "$engine" = postgresql ]; then
		is "$(postgresql "$db" <<-END | tail -n 1
			$(apply '{"vacuum": true}')
			select count(*) from pg_locks where locktype = 'object' and classid in (1684169571, 1684169572);
		END
		)" 0 'postgresql: with vacuum, the session keeps no lock'
	fi

	# ---- the daily run ----

	start_slow
	if [ "$engine" = sqlite ]; then
		echo "select dbmonitor_start(0.2) ->> 'running';" >&"$session"
	else
		postgresql "$db" >"$tmp/out" <<<'select dbmonitor_start(0.2);'
	fi
	at=$(date -u -d '1 minute ago' +%H:%M)
	await "select dbarchive_schedule('$at') ->> 'at'" "$at" 'monitoring runs'
	await "select case when cast(dbmonitor_status() ->> 'samples' as integer) > 2 then 'many' end" many 'samples are taken'
	is "$("$engine" "$db" <<<"select count(*) from ${own}schedule where started_at is null and errors = '{}'")" 1 \
		"$engine: the daily run does not begin while a call applies policies"
	crashed=$(crashes)
	if [ "$engine" = postgresql ]; then
		postgresql "$db" <<<"select pg_cancel_backend($worker)" >"$tmp/cancelled"
	else
		kill -9 "$worker"
	fi
	wait "$client" 2>>"$tmp/ends" || true
	await "select count(*) from ${own}schedule where finished_at is not null and errors = '{}'" 1 '... but afterwards'
	is "$(count)" 0 '... and deletes the rows that are left'
	exec {session}>&-
	rm "$tmp/session"
done
finish
