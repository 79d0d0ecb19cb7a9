#!/bin/bash
# Backups of pgBackRest are planned, verified and restored: it makes the data directory,
# which is tried and started as one of dbcare.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

if ! command -v pgbackrest >/dev/null; then
	skip 'backups of pgBackRest' 'pgbackrest is not installed'
	finish
	exit
fi
mkdir "$tmp/back" "$tmp/repo" "$tmp/lock" "$tmp/bin" "$tmp/spool"
chmod 777 "$tmp/back" "$tmp/repo" "$tmp/lock" "$tmp/spool"
cat >"$tmp/config" <<-END
	[global]
	repo1-path=$tmp/repo
	lock-path=$tmp/lock
	spool-path=$tmp/spool
	log-level-file=off
	log-level-console=off
	log-level-stderr=error
	start-fast=y
	[main]
	pg1-path=$tmp/server/data
	pg1-socket-path=$tmp/server
	pg1-user=postgres
END
real=$(command -v pgbackrest)
OWN_INSTALLATION=1 start_server server "dbcare.backup_roots = '$tmp/back'" 'archive_mode = on' \
	"archive_command = '$real --config=$tmp/config --stanza=main archive-push %p'"
# where dbcare finds it
printf '#!/bin/sh\nexec %s --config=%s "$@"\n' "$real" "$tmp/config" >"$(dirname "$(find "$tmp/server/root" -name pg_ctl)")/pgbackrest"
chmod 755 "$(dirname "$(find "$tmp/server/root" -name pg_ctl)")/pgbackrest"
as_server()
{
	(cd / && if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi)
}
postgresql_new shop
as_server "$real" --config="$tmp/config" --stanza=main stanza-create >"$tmp/out" 2>&1
postgresql shop <<<'create table ledger (id int primary key); insert into ledger select generate_series(1, 1000)' >"$tmp/out"
as_server "$real" --config="$tmp/config" --stanza=main --type=full backup >"$tmp/out" 2>&1
postgresql shop <<<"insert into ledger values (2000)"
as_server "$real" --config="$tmp/config" --stanza=main --type=incr backup >"$tmp/out" 2>&1
ask()
{
	postgresql shop <<<"$1" 2>&1 || true
}
full=$(ask "select name from dbbackup_list() where source = 'pgbackrest' and kind = 'base'")
increment=$(ask "select name from dbbackup_list() where source = 'pgbackrest' and kind = 'incremental'")
like "$full $increment" '^main/.*F main/.*I$' 'a full backup and an incremental one are listed'
ask "select dbbackup_create('point', '{\"method\": \"restore_point\"}') is null; insert into ledger values (3000); select pg_switch_wal() is null" >"$tmp/out"
until_true shop "select (select count(*) from pg_ls_archive_statusdir() where name like '%.ready') = 0"
repository()
{
	(cd "$tmp/repo" && find . -type f -exec sha256sum {} + | sort)
}
before=$(repository)

is "$(ask "select count(*) from dbbackup_plan('$full', '$tmp/back/server') where problem is not null")" 0 'a plan has no problem'
like "$(ask "select step, object from dbbackup_plan('$full', '$tmp/back/server')")" 'run pgbackrest' '... and names the tool'
is "$(ask "select step, bytes > 1000000 from dbbackup_plan('$full', '$tmp/back/server') where step = 'write'")" 'write t' '... and the bytes that are written'
like "$(ask "select step, problem from dbbackup_plan('$full', '$tmp/back/server', '{\"archive\": \"$tmp/back\"}') where problem is not null")" \
	'^read log pgbackrest has the log of its backups itself$' '... and that there is no archive'
like "$(ask "select step, problem from dbbackup_plan('$full', '$tmp/back/server', '{\"target_time\": \"2020-01-01\"}') where problem is not null")" \
	'^reach target_time is before the end of the backup$' '... and which moments cannot be reached'
like "$(ask "select dbbackup_verify('$full')")" '"ok": true' 'the full one passes level 2'
like "$(ask "select dbbackup_verify('$increment', '{\"level\": 3}')")" '"ok": true' 'the incremental one passes level 3'
# restored NAME OPTIONS: the rows
restored()
{
	ask "select dbbackup_restore('$1', '$tmp/back/server', '{$2}') ->> 'command' is not null" >"$tmp/answer"
	as_server "$(command -v pg_ctl)" -w -D "$tmp/back/server" -l "$tmp/back/log" -o "-p 5433 -k $tmp/server" start >"$tmp/out" 2>&1
	PGPORT=5433 postgresql shop <<<'select count(*), max(id), pg_is_in_recovery() from ledger; insert into ledger values (4000); select pg_switch_wal() is null' | head -n 1
	as_server "$(command -v pg_ctl)" -w -D "$tmp/back/server" -m fast stop >"$tmp/out" 2>&1
	rm -rf "$tmp/back/server"
}
is "$(restored "$full" '')" '1002 3000 f' 'it is restored to the end of the log'
is "$(restored "$increment" '"target_name": "point"')" '1001 2000 f' '... and to a restore point'
is "$(repository)" "$before" 'what was restored has written nothing to the repository'
like "$(ask "select dbbackup_restore('$full', '$tmp/back/server', '{\"archive\": \"$tmp/back\"}')")" 'pgbackrest has the log of its backups itself' 'its log is that of the repository'
like "$(ask "select dbbackup_restore('main/none', '$tmp/back/server')")" 'there is no backup "main/none"' 'a backup that it does not have'
file=$(find "$tmp/repo/backup/main/${full#*/}" -name 'PG_VERSION*' | head -n 1)
truncate -s 5 "$file"
like "$(ask "select dbbackup_restore('$full', '$tmp/back/server')")" 'ERROR' 'a damaged one is not restored'
is "$(ls -A "$tmp/back" | grep -v log)" '' '... and nothing is left'
finish
