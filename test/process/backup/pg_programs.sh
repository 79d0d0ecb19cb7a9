#!/bin/bash
# Programs that a backend starts end with the call: cancel, timeout, end of the
# session, kill of the backend or of the program, and a full disk.  Nothing is
# listed, nothing stays, no program goes on.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups"
chmod 777 "$tmp/backups"
OWN_INSTALLATION=1 start_server server "dbcare.backup_roots = '$tmp/backups'"
postgresql_new shop
postgresql shop <<-'END' >"$tmp/made" || cat "$tmp/made"
	create table big as select g as id, md5(g::text) || md5((g + 1)::text) as word from generate_series(1, 400000) as g;
	-- random bytes do not compress, and take pg_dump seconds
	create table wide as select n as id, string_agg(md5(random()::text || i), '') as word
	    from generate_series(1, 4000) as n, generate_series(1, 300) as i group by n;
	checkpoint;
END

# The programs of this server that run.
programs()
{
	ps -eo args | grep -E "^[^ ]*/(pg_dump|pg_basebackup|pg_restore|createdb|dropdb) .*$tmp" |
		sed -E 's|^[^ ]*/([a-z_]+) .*|\1|' | sort -u | xargs
}

# Waits until a program runs.
await_program()
{
	local until=$((SECONDS + 30))

	until [[ " $(programs) " == *" $1 "* ]] || [ $SECONDS -ge $until ]; do sleep 0.01; done
}

# Waits until no program runs.
await_none()
{
	local until=$((SECONDS + 30))

	until [ -z "$(programs)" ] || [ $SECONDS -ge $until ]; do sleep 0.05; done
}

# Starts a call in the background.
begin_call()
{
	: >"$tmp/answer"
	"${psql_shell[@]}" -d shop -c 'select pg_backend_pid()' -c "$1" >"$tmp/answer" 2>&1 &
	client=$!
	until read -r backend <"$tmp/answer" && [ -n "$backend" ]; do sleep 0.01; done
}

# What a failed call has left behind: nothing.  left NAME
left()
{
	await_none
	is "$(programs)" '' "$1: no program goes on"
	is "$(postgresql shop <<<'select count(*) from dbbackup_list()')" 0 "$1: nothing is listed"
}

for method in dump base; do
	program=pg_dump
	[ $method = dump ] || program=pg_basebackup
	call="select dbbackup_create('one', '{\"method\": \"$method\", \"jobs\": 2}')"
	begin_call "$call"
	await_program $program
	is "$(postgresql shop <<<"select pg_cancel_backend($backend)")" t "$method: canceled"
	wait $client || true
	like "$(tail -n +2 "$tmp/answer")" 'canceling statement due to user request' "$method: a cancel is served"
	left "$method, cancel"
	is "$(ls -A "$tmp/backups")" '' "$method, cancel: no file stays"

	like "$(postgresql shop <<<"set statement_timeout = '300ms'; $call")" 'statement timeout' "$method: statement_timeout works"
	left "$method, timeout"

	begin_call "$call"
	await_program $program
	postgresql shop <<<"select pg_terminate_backend($backend)" >/dev/null
	wait $client || true
	left "$method, end of the session"
	is "$(ls -A "$tmp/backups")" '' "$method, end of the session: no file stays"

	# one that has ended before is no program to kill
	until begin_call "$call" && await_program $program &&
		kill -9 "$(pgrep -f "^$tmp/server/root.*/$program .*$tmp" | head -1)" 2>"$tmp/none"; do
		wait $client || true
		rm -rf "$tmp/backups/one"
	done
	wait $client || true
	like "$(tail -n +2 "$tmp/answer")" "$program was ended by signal 9" "$method: the end of the program is an error"
	left "$method, kill of the program"
	is "$(ls -A "$tmp/backups")" '' "$method, kill of the program: no file stays"

	crashed=$(crashes)
	begin_call "$call"
	await_program $program
	kill -9 "$backend"
	wait $client || true
	await_restart
	left "$method, kill of the backend"
	is "$(find "$tmp/backups" -mindepth 1 -maxdepth 1 ! -name '.*')" '' "$method, kill of the backend: what stays is hidden"
	rm -rf "$tmp"/backups/.[!.]*
done

# a database that is restored
postgresql shop <<<"select dbbackup_create('good')" >"$tmp/good"
begin_call "select dbbackup_restore('good', 'copy', '{\"as_superuser\": true}')"
await_program pg_restore
postgresql shop <<<"select pg_cancel_backend($backend)" >/dev/null
wait $client || true
await_none
like "$(tail -n +2 "$tmp/answer")" 'canceling statement' 'restore: a cancel is served'
is "$(postgresql shop <<<"select count(*) from pg_database where datname = 'copy'")" 0 'restore, cancel: no database stays'

# what waits
hold lock shop 'lock table big in access exclusive mode;'
like "$(postgresql shop <<<"set lock_timeout = '200ms'; select dbbackup_create('locked')")" 'pg_dump failed|lock timeout' \
	'a locked table is waited for as long as lock_timeout allows'
release lock
like "$(postgresql shop <<<"begin; create table written (a int); select dbbackup_create('locked')")" \
	'in a transaction that has written' 'no dump in a transaction that has written'
like "$(postgresql shop <<<"begin; savepoint s; select dbbackup_create('locked')")" 'in a subtransaction' 'no dump in a subtransaction'

# a full disk
if [ "$(id -u)" = 0 ] && mkdir "$tmp/backups/small" && mount -t tmpfs -o size=1m,mode=777 tmpfs "$tmp/backups/small" 2>"$tmp/mounted"; then
	like "$(postgresql shop <<<"select dbbackup_create('full', '{\"directory\": \"$tmp/backups/small\"}')")" \
		'No space left on device' 'a full disk is an error'
	is "$(ls -A "$tmp/backups/small")" '' 'a full disk: no file stays'
	umount "$tmp/backups/small"
else
	skip 'a full disk' 'no file system can be mounted'
fi

# other values: programs that are missing
like "$(postgresql shop <<<"set dbcare.bindir = '$tmp'; select dbbackup_create('none')")" 'pg_dump" cannot be executed: No such file' \
	'a missing program is named'
# ---- messages ----

mkdir "$tmp/fake"
printf '#!/bin/sh\nseq -f "line %%g of many" 1 300 >&2\nexit 1\n' >"$tmp/fake/pg_dump"
chmod -R a+rx "$tmp/fake"
detail=$(postgresql shop <<<"set dbcare.bindir = '$tmp/fake'; select dbbackup_create('x')" | grep -A 1000 '^DETAIL')
is "$(grep -vcE '^(DETAIL:  )?line [0-9]+ of many$' <<<"$detail") $(tail -n 1 <<<"$detail")" '0 line 300 of many' 'the messages of a program are whole lines'
finish
