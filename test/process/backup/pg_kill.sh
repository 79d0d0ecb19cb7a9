#!/bin/bash
# A backend that is killed at a system call while it makes or restores a backup
# on PostgreSQL leaves the previous state, and nothing half listed.  Prints TAP.
#
# usage: test/process/backup/pg_kill.sh [STEP]
#
# STEP: every so many system calls a call is killed.
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

step=${1-30}
calls=openat,mkdir,mkdirat,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,unlink,unlinkat
if ! command -v strace >/dev/null || ! strace -qq -o /dev/null true 2>/dev/null; then
	skip 'postgresql: a call that is killed at a system call' 'strace cannot trace here'
	finish
	exit
fi
mkdir "$tmp/backups"
chmod 777 "$tmp/backups"
mkfifo "$tmp/session"
head -c 32 /dev/urandom >"$tmp/key"
chmod 600 "$tmp/key"
[ "$(id -u)" -ne 0 ] || chown postgres "$tmp/key"
start_server server "dbcare.backup_roots = '$tmp/backups'"
postgresql_new shop
postgresql shop <<-'END' >"$tmp/out"
	create table t as select g as id from generate_series(1, 300) as g;
	select dbbackup_create('before') is null;
	select dbbackup_create('server', '{"method": "base"}') is null;
END

# at_call N SQL: runs SQL and kills its backend at the Nth call; false if it has
# ended before.
at_call()
{
	local backend tracer client session

	crashed=$(crashes)
	: >"$tmp/answer"
	"${psql_shell[@]}" -d shop <"$tmp/session" >"$tmp/answer" 2>&1 &
	client=$!
	exec {session}>"$tmp/session"
	echo 'select pg_backend_pid();' >&"$session"
	until read -r backend <"$tmp/answer" && [ -n "$backend" ]; do sleep 0.01; done
	strace -qq -o /dev/null -p "$backend" -e "trace=$calls" -e "inject=$calls:signal=KILL:when=$1" 2>/dev/null {session}>&- &
	tracer=$!
	until grep -qs '^TracerPid:.[1-9]' "/proc/$backend/status" || ! kill -0 $tracer 2>/dev/null; do sleep 0.01; done
	echo "$2;" >&"$session"
	exec {session}>&-
	wait $client || true
	wait $tracer || true
	! grep -q '^{' "$tmp/answer" || return 1
	await_restart
}

# killed NAME SQL CHECK STEP: kills SQL at many calls; CHECK prints what is wrong.
killed()
{
	local n count=0 bad=

	# the first one, and then as the seed has it
	for ((n = 1; n < 3000; n += n == 1 ? 1 + seed % $4 : $4)); do
		at_call "$n" "$2" || break
		count=$((count + 1))
		bad+=$($3)
	done
	is "$bad" '' "postgresql: $1 is killed at a system call"
	is "$((count > 1))" 1 '... and was at many'
	echo "# $1: killed at $count calls"
}

# shellcheck disable=SC2317 # called by name
made()
{
	local got

	got=$(postgresql shop <<<'select name from dbbackup_list() where problem is null; select count(*) from t; select count(*) from dbbackup_list()' | xargs)
	[ "$got" = 'before server 300 2' ] || [ "$got" = 'before new server 300 3' ] || [ "$got" = 'before server new 300 3' ] || echo "$n: $got "
	rm -rf "$tmp/backups"/new
	# what is left, the next call removes
	postgresql shop <<<"select dbbackup_verify('before', '{\"level\": 0}') is null" >"$tmp/out"
	[ -z "$(find "$tmp/backups" -mindepth 1 -maxdepth 1 -name '.*')" ] || echo "$n: leftovers "
	[ "$(postgresql shop <<<'select count(*) from pg_replication_slots')" = 0 ] || echo "$n: a slot "
}
# shellcheck disable=SC2317 # called by name
restored()
{
	if [ "$(postgresql shop <<<"select count(*) from pg_database where datname = 'copy'")" = 1 ]; then
		[ "$(postgresql copy <<<'select count(*) from t')" = 300 ] || echo "$n: half a database "
	fi
	postgresql shop <<<"select format('drop database %I', datname) from pg_database where datname ~ '^(copy|dbcare_restore_.*)$' \gexec" >"$tmp/out"
}
# shellcheck disable=SC2317 # called by name
started()
{
	[ ! -e "$tmp/backups/data" ] || pg_controldata -D "$tmp/backups/data" | grep -q 'shut down$' || echo "$n: half a data directory "
	rm -rf "$tmp/backups"/data "$tmp/backups"/.[!.]*
}
killed 'a dump' "select dbbackup_create('new')" made "$step"
killed 'a base backup' "select dbbackup_create('new', '{\"method\": \"base\"}')" made "$step"
killed 'a compressed base backup' "select dbbackup_create('new', '{\"method\": \"base\", \"compress\": true}')" made $((step / 3 + 1))
killed 'an encrypted base backup' "select dbbackup_create('new', '{\"method\": \"base\", \"encrypt\": {\"key_file\": \"$tmp/key\"}}')" made $((step / 3 + 1))
killed 'a dump that is restored' "select dbbackup_restore('before', 'copy', '{\"as_superuser\": true}')" restored "$step"
killed 'a base backup that is restored' "select dbbackup_restore('server', '$tmp/backups/data')" started $((step * 10))
is "$(postgresql shop <<<"select dbbackup_verify('before', '{\"restore\": true}') ->> 'ok', dbbackup_verify('server', '{\"restore\": true}') ->> 'ok'")" 'true true' \
	'postgresql: the backups of before are sound'
finish
