#!/bin/bash
# Copies of a server do not run its schedules until they are accepted: one made of
# files, one that was restored, one of the database.  A promoted standby goes on.  The
# backups of the original are byte for byte what they were.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups"
chmod 777 "$tmp/backups"
start_server server "dbcare.backup_roots = '$tmp/backups'" "shared_preload_libraries = 'dbcare'"
postgresql_new shop
postgresql shop <<<'create table ledger (id int primary key); insert into ledger select generate_series(1, 1000); select dbmonitor_start(0.2) is null' >"$tmp/out"
postgresql shop <<<"select dbbackup_schedule('$(date -u -d '1 minute ago' +%H:%M)', '{\"keep\": {\"keep_last\": 1}}')" >"$tmp/out"
until_true shop 'select finished_at is not null and resting is null and last_error is null from dbbackup_status()'
is "$(postgresql shop <<<'select count(*), bool_and(verified_ok) from dbbackup_list()')" '1 t' 'the original makes its daily backup'

# from now on the copies alone have a run that is due
is "$(postgresql shop <<<"select dbmonitor_stop() is null; update dbcare.schedule set started_at = started_at - interval '1 day', finished_at = null")" f 'a run is due'
for copy in files standby restored; do
	pg_basebackup -D "$tmp/$copy/data" -R -c fast -X stream >"$tmp/out" 2>&1
	rm "$tmp/$copy/data/standby.signal"
done
of_original()
{
	(cd "$tmp/backups" && find . -type f -exec sha256sum {} + | sort)
}
before=$(of_original)

# there COPY SQL: asks a copy.
there()
{
	PGHOST=$tmp/$1 postgresql "${3-shop}" <<<"$2" 2>&1 || true
}
resting='select resting from dbbackup_status()'
finding="select severity, message, suggestion from dbhealth_checks('{\"checks\": [\"schedules_resting\"]}')"
# samples COPY: waits until the copy has taken three more.
samples()
{
	local count

	there "$1" 'select dbmonitor_start(0.2)' >"$tmp/out"
	count=$(there "$1" "select dbmonitor_status() ->> 'samples'")
	PGHOST=$tmp/$1 until_true shop "select (dbmonitor_status() ->> 'samples')::bigint >= $count + 3"
}

# ---- a copy of files ----

start_server files
samples files
like "$(there files "$resting")" 'another data directory, of which this is a copy' 'a copy of files does not run the schedule'
like "$(there files "$finding")" 'warning the schedules of shop do not run here: .*call dbbackup_accept\(\)' '... its health says so, and how to accept it'
is "$(there files "select finished_at is null and next_run_at is null from dbbackup_status()")" t '... no run has begun'
is "$(of_original)" "$before" '... and the backups are what they were'

# ---- a promoted standby ----

touch "$tmp/standby/data/standby.signal"
start_server standby
PGHOST=$tmp/standby until_true shop "select count(*) = 1 from pg_stat_wal_receiver where status = 'streaming'"
is "$(there standby "$resting")" '' 'on a standby nothing rests'
test/pg_server.sh stop "$tmp/server"
servers=${servers/ $tmp\/server/}
is "$(there standby 'select pg_promote()')" t 'it is promoted'
there standby 'select dbmonitor_start(0.2)' >"$tmp/out"
PGHOST=$tmp/standby until_true shop 'select resting is null and finished_at is not null from dbbackup_status()'
is "$(there standby 'select last_error from dbbackup_status()')" '' '... without an error'
is "$(there standby 'select count(*) from dbbackup_list()')" 1 '... and goes on: it has made a backup and removed the old one'
is "$(of_original | grep -cxF "$before")" 0 '... which is another one'
as_owner=()
[ "$(id -u)" -ne 0 ] || as_owner=(setpriv --reuid=postgres --regid=postgres --init-groups)
(cd / && "${as_owner[@]}" "$(dirname "$(command -v pg_ctl)")/pg_ctl" -w -D "$tmp/standby/data" -l "$tmp/standby/log" -o "-k $tmp/standby" restart) >"$tmp/out"
samples standby
is "$(there standby "$resting")" '' '... also after a restart'
before=$(of_original)

# ---- a copy that was restored ----

touch "$tmp/restored/data/recovery.signal"
start_server restored "restore_command = 'false'" "primary_conninfo = ''"
samples restored
like "$(there restored "$resting")" 'another data directory, from which this one was restored: it writes timeline 2 since timeline 1' 'a restored copy does not run the schedule'
is "$(of_original)" "$before" '... and leaves the backups'
is "$(there restored 'select dbbackup_accept()')" '{"schedules": 1}' '... until it is accepted'
like "$(there restored 'select dbbackup_accept()')" 'there is no restored server to accept' '... once'
PGHOST=$tmp/restored until_true shop 'select resting is null and finished_at is not null from dbbackup_status()'
is "$(there restored "$finding" | cut -d ' ' -f 1)" ok '... then it runs'
before=$(of_original)

# ---- a copy of the database ----

is "$(there restored 'select dbmonitor_stop() is null')" f 'the database is copied'
there restored 'create database twin template shop' postgres >"$tmp/out"
like "$(there restored "$resting" twin)" 'another database of this server, from which this one was copied' '... and its copy does not run the schedule'
is "$(of_original)" "$before" '... whose backups stay'
finish
