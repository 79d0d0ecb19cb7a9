#!/bin/bash
# Base backups restored to moments of a load: each restored server has exactly
# what had been committed.  Damaged backups and archives.  Prints TAP.
#
# usage: test/process/backup/pg_restore.sh [MOMENTS]
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

moments=${1-3}
# programs that the server starts would have it
unset PGCLIENTENCODING
mkdir "$tmp/backups" "$tmp/archive"
chmod 777 "$tmp/backups" "$tmp/archive"
start_server server "dbcare.backup_roots = '$tmp/backups'" 'archive_mode = on' \
	"archive_command = 'test ! -f $tmp/archive/%f && cp %p $tmp/archive/%f'" 'track_commit_timestamp = on' \
	"recovery_end_command = 'touch $tmp/archive/trap'" "archive_cleanup_command = 'touch $tmp/archive/trap'" \
	'recovery_min_apply_delay = 1h'
postgresql_new shop
postgresql shop <<-'END' >/dev/null
	create table ledger (id bigserial primary key, word text);
	insert into ledger (word) values ('first');
END
is "$(postgresql shop <<<"select dbbackup_create('base', '{\"method\": \"base\", \"verify\": 3}') -> 'verified' ->> 'ok'")" true \
	'a base backup starts'

begin=$(postgresql shop <<<'select pg_current_wal_insert_lsn()')

# a load of several sessions
cat >"$tmp/load" <<-'END'
	insert into ledger (word) select md5(random()::text);
	\sleep 2 ms
END
pgbench -n -f "$tmp/load" -c 4 -T $((4 + moments / 10)) shop >"$tmp/pgbench" 2>&1 &
load=$!
until_true shop 'select count(*) > 200 from ledger'
gap=$(postgresql shop <<<"select pg_walfile_name((dbbackup_create('middle', '{\"method\": \"restore_point\"}') ->> 'lsn')::pg_lsn)")
wait $load
postgresql shop <<<"insert into ledger (word) values ('last'); select dbbackup_create('end', '{\"method\": \"restore_point\"}') is null; select pg_switch_wal()" >/dev/null
until_true shop "select last_archived_wal >= pg_walfile_name(pg_switch_wal()) or (select count(*) from pg_ls_archive_statusdir() where name like '%.ready') = 0 from pg_stat_archiver"

# what the archive of production has
archived()
{
	(cd "$tmp/archive" && sha256sum -- * | sort)
}

restored=$tmp/backups/restored
program=$(dirname "$(command -v pg_ctl)")/pg_ctl

# rows SQL: asks the restored server.
rows()
{
	(cd / && as_server "$program" -w -D "$restored" -l "$tmp/server/restored.log" -o "-p 5433 -k $tmp/server" start) >/dev/null
	psql -qAtX -p 5433 -d shop -c "$1" -c 'create table if not exists looked (); select pg_switch_wal() is null' | head -n 1
	(cd / && as_server "$program" -w -D "$restored" -m fast stop) >/dev/null
}

# restore OPTIONS: restores into $restored.
restore()
{
	rm -rf "$restored"
	postgresql shop <<<"select dbbackup_restore('base', '$restored', '$1')"
}

# committed MOMENT: the transactions that the log has before the first one that is later.
# A session that loses the processor between the time of its commit and the record of it
# is in the log behind others that are later: recovery to a moment between ends before.
committed()
{
	local moment=${1/T/ }

	TZ=UTC pg_waldump --path "$tmp/archive" --start "$begin" --rmgr Transaction 2>"$tmp/out" |
		sed -nE 's/.* tx: +([0-9]+), .* COMMIT ([-0-9]+ [:.0-9]+) UTC.*/\1 \2/p' |
		awk -v moment="${moment%Z}000" '$2 " " $3 > moment { exit } { print $1 }' | paste -sd ,
}

before=$(archived)
digest="select count(*) || ' ' || md5(coalesce(string_agg(id || ' ' || word, ',' order by id), '')) from ledger"
wrong=
for ((i = 1; i <= moments; i++)); do
	# between the commits of the load; the target has milliseconds
	moment=$(postgresql shop <<<"
		select to_char(date_trunc('milliseconds', t) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')
		from (select min(pg_xact_commit_timestamp(xmin)) + random() * (max(pg_xact_commit_timestamp(xmin)) - min(pg_xact_commit_timestamp(xmin))) as t
		    from ledger where word <> 'first') as moments")
	answer=$(restore "{\"archive\": \"$tmp/archive\", \"target_time\": \"$moment\"}" || true)
	[[ $answer == *'"command"'* ]] || { wrong+="$moment: $answer"; continue; }
	expected=$(postgresql shop <<<"$digest where xmin::text = any ('{$(committed "$moment")}') or word = 'first'")
	got=$(rows "$digest")
	[ "$got" = "$expected" ] || wrong+="$moment: $got instead of $expected"$'\n'
done
is "$(archived)" "$before" 'the restored servers have written nothing to the archive'
is "$(ls "$tmp/archive" | grep trap)" '' 'commands of the configuration do not run on trial'
is "$wrong" '' "$moments random moments: the ledger of commits"
like "$answer" '"recovered": \{.*"timeline": 2' 'the result says where recovery ended'
like "$answer" '"health": \{.*"score": [0-9]+' '... and has a health report'
like "$answer" "pg_ctl' -D '$restored'" '... and how to start it'
is "$(rows 'select not pg_is_in_recovery()')" t 'the restored server can be written'

# the control file of the backup says "in production", until recovery begins: an answer of
# that time which is read when the server takes connections is not that recovery has ended
mkdir "$tmp/bin"
ln -s "$(dirname "$program")"/* "$tmp/bin"
rm "$tmp/bin/pg_controldata"
cat >"$tmp/bin/pg_controldata" <<-END
	#!/bin/bash
	said=\$("$(dirname "$program")/pg_controldata" "\$@") || exit
	# the second argument is the directory of the data
	until pg_isready -q -h "\$(sed -n 5p "\$2/postmaster.pid" 2>/dev/null)" -p "\$(sed -n 4p "\$2/postmaster.pid" 2>/dev/null)"; do
		:
	done
	echo "\$said"
END
chmod 755 "$tmp/bin" "$tmp/bin/pg_controldata"
like "$(postgresql shop <<<"set dbcare.bindir = '$tmp/bin'; select dbbackup_restore('base', '$restored-early', '{\"archive\": \"$tmp/archive\"}')")" \
	'"recovered": \{.*"timeline": 2' 'the restored server is asked when recovery has ended, not before'
rm -r "$restored-early" "$tmp/bin"

mkdir "$tmp/backups/wal"
touch "$tmp/backups/wal/000000010000000000000001"
is "$(postgresql shop <<<'select name, problem is null from dbbackup_list()')" 'base t' 'neither a data directory nor an archive is listed as a backup'
rm -r "$tmp/backups/wal"
like "$(restore "{\"archive\": \"$tmp/archive\", \"target_name\": \"middle\"}")" '"kind": "base"' 'a restore point'
got=$(rows 'select count(*) from ledger')
total=$(postgresql shop <<<'select count(*) from ledger')
is "$((got > 1 && got < total))" 1 '... is reached, and no more'
lsn=$(postgresql shop <<<"select dbbackup_create('later', '{\"method\": \"restore_point\"}') ->> 'lsn'; insert into ledger (word) values ('too late'); select pg_switch_wal() is null" | head -1)
until_true shop "select (select count(*) from pg_ls_archive_statusdir() where name like '%.ready') = 0"
like "$(restore "{\"archive\": \"$tmp/archive\", \"target_lsn\": \"$lsn\"}")" '"kind": "base"' 'a location'
is "$(rows 'select count(*) from ledger')" "$total" '... with what was committed before'
like "$(restore "{\"archive\": \"$tmp/archive\"}")" '"kind": "base"' 'the end of the archive'
is "$(rows "select count(*) from ledger where word = 'too late'")" 1 '... is reached'
like "$(restore '{}')" '"kind": "base"' 'without an archive'
is "$(rows 'select count(*) from ledger')" 1 '... the state of the backup'

# ---- timelines ----

# a copy that is looked at leaves the archive as it is
before=$(archived)
accept=$(restore "{\"archive\": \"$tmp/archive\", \"target_name\": \"middle\"}" | sed -E 's/.*"accept": "([^"]*)".*/\1/')
is "$accept" 'select dbbackup_accept()' 'a restored server is accepted by a command'
# start [NAME=VALUE]: starts it, waits, and runs SQL of standard input
copy()
{
	(cd / && as_server "$program" -w -D "$restored" -l "$tmp/server/restored.log" -o "-p 5433 -k $tmp/server" start) >/dev/null
	psql -qAtX -p 5433 -d shop
	(cd / && as_server "$program" -w -D "$restored" -m fast stop) >/dev/null
}
is "$(copy <<<"insert into ledger (word) values ('other timeline'); select pg_switch_wal() is null; show archive_command; checkpoint; select pg_stat_get_archiver() is null")" \
	$'f\n\nf' 'a restored server archives nothing'
is "$(archived)" "$before" '... and leaves the archive as it is'
like "$(postgresql shop <<<"$accept" || true)" 'there is no restored server to accept' 'the original is no restored server'
like "$(copy <<<"create role clerk; grant execute on function dbbackup_accept() to clerk; set role clerk; $accept" 2>&1 || true)" \
	'permission denied to accept the server.*changed by ALTER SYSTEM' '... not by a role that may not change its configuration'
is "$(ls "$restored/pg_wal/archive_status" | grep -c '^00000002.history')" 0 '... which has marked nothing to be archived'
is "$(copy <<<"$accept")" '{"schedules": 0, "timeline_complete": true}' '... it is accepted'
like "$(copy <<<"$accept" 2>&1)" 'there is no restored server to accept' '... once'
copy <<<'select pg_switch_wal() is null' >/dev/null
is "$(ls "$tmp/archive" | grep -c '^00000002.history')" 1 '... and archives its timeline'
there="select coalesce(string_agg(word, ' ' order by word), 'neither') from ledger where word in ('other timeline', 'too late')"
# followed TIMELINE ROWS: restores to the end of a timeline
followed()
{
	like "$(restore "{\"archive\": \"$tmp/archive\"$1}")" '"kind": "base"' "a restore with${1:- no target_timeline}"
	is "$(rows "$there")" "$2" "... has: $2"
}
# the plan sees all of the archive
planned()
{
	postgresql shop <<<"select step || ': ' || coalesce(object, '') || coalesce(' PROBLEM ' || problem, '')
		from dbbackup_plan('base', '$tmp/backups/planned', '{\"archive\": \"$tmp/archive\"$1}') where step in ('read log', 'reach', 'leave out')"
}
like "$(planned '')" '^read log: 00000001[0-9A-F]* to 00000001[0-9A-F]*
reach: 20[^ ]*Z to 20[^ ]*Z
leave out: timeline 2 of a copy or a promoted standby: left timeline 1 at 0/[0-9A-F]*, at restore point "middle", last commit 20[^ ]*Z$' \
	'the plan tells what can be reached, and whose the newer timeline is'
like "$(planned ', "target_timeline": "latest"')" '^read log: 00000001[0-9A-F]* to 00000002[0-9A-F]*
reach: [^P]*$' '... and follows it if that is wanted'
like "$(planned ', "target_timeline": "9"')" 'PROBLEM the archive does not tell how timeline 9 follows from 1' '... or says that it cannot'
like "$(planned ', "target_time": "2099-01-01"')" 'reach: .*PROBLEM the archive has no commit after target_time' '... nor a time'
last_commit=$(planned '' | sed -nE 's/^reach: .* to (.*)$/\1/p')
is "$(postgresql shop <<<"select max(pg_xact_commit_timestamp(xmin)) between timestamptz '$last_commit' - interval '2 ms' and timestamptz '$last_commit' + interval '2 ms' from ledger")" t \
	'... whose end is the last commit'
# the server that asks is on timeline 1
followed '' 'too late'
followed ', "target_timeline": "latest"' 'other timeline'
followed ', "target_timeline": "current"' 'too late'
followed ', "target_timeline": "2"' 'other timeline'
rm -f "$tmp/archive"/00000002* "$tmp/archive"/0000000[3-9]*
# a copy that has lost the beginning of its timeline
restore "{\"archive\": \"$tmp/archive\", \"target_name\": \"middle\"}" >/dev/null
copy <<<'create table filled (id int); select pg_switch_wal() is null' >/dev/null
rm "$(ls "$restored"/pg_wal/00000002[0-9A-F]* | grep -v history | head -n 1)"
is "$(copy <<<"$accept")" '{"schedules": 0, "timeline_complete": false}' 'a copy without its first segments is accepted, and says so'
is "$(ls "$tmp/archive" | grep -c '^00000002.history')" 0 '... and archives nothing of before'
rm -f "$tmp/archive"/00000002* "$tmp/archive"/0000000[3-9]*

# ---- what is refused ----

rm -rf "$restored"
# refused OPTIONS PATTERN NAME
refused()
{
	like "$(restore "$1" || true)" "$2" "$3"
	is "$(cd "$tmp/backups" && find . -mindepth 1 -maxdepth 1 ! -name base ! -name dump | xargs)" '' '... and leaves nothing'
}
refused "{\"archive\": \"$tmp/archive\", \"target_name\": \"nowhere\"}" 'recovery ended before configured recovery target was reached' 'an unknown restore point'
refused "{\"archive\": \"$tmp/archive\", \"target_time\": \"2001-01-01\"}" 'was complete at' 'a moment before the backup'
refused "{\"archive\": \"$tmp/archive\", \"target_lsn\": \"0/100\"}" 'was complete at' 'a location before the backup'
refused "{\"archive\": \"$tmp/archive\", \"target_time\": \"noon\"}" 'is not a time' 'no time'
refused "{\"archive\": \"$tmp/archive\", \"target_lsn\": \"x\"}" 'is not a WAL location' 'no location'
refused "{\"archive\": \"$tmp/archive\", \"target_lsn\": \"0/1\", \"target_name\": \"end\"}" 'only one of' 'two targets'
refused '{"target": "end"}' 'Valid options are: archive, as_superuser, decrypt, directory, from_command, jobs, role, target_lsn, target_name' 'an unknown option'
refused '{"target_name": "end"}' 'needs a WAL archive' 'a target without an archive'
refused '{"target_timeline": "current"}' 'needs a WAL archive' 'a timeline without an archive'
for timeline in 0 -1 1x '' 4294967296; do
	refused "{\"archive\": \"$tmp/archive\", \"target_timeline\": \"$timeline\"}" 'is not a timeline' "timeline \"$timeline\""
done
refused "{\"archive\": \"$tmp/archive\", \"target_timeline\": \"77\"}" 'recovery target timeline 77 does not exist' 'an unknown timeline'
refused '{"archive": "/tmp/$(touch x)"}' 'a shell could misread' 'an archive with a hostile path'
refused '{"archive": "/nonexistent"}' 'there is no directory' 'no archive'
mkdir "$restored"
like "$(postgresql shop <<<"select dbbackup_restore('base', '$restored')" || true)" 'already exists' 'an existing directory is not replaced'
rmdir "$restored"
# an archive with a gap in the middle
mv "$tmp/archive/$gap" "$tmp/gap"
like "$(postgresql shop <<<"select item || ' ' || first from dbbackup_wal_archive('$tmp/archive') where item = 'gap'")" "gap $gap" 'a gap is named'
like "$(planned '')" "read log: .*PROBLEM segment $gap is missing: a restore would end before it" '... also by the plan'
refused "{\"archive\": \"$tmp/archive\", \"target_name\": \"end\"}" 'recovery ended before configured recovery target was reached' 'a gap'
mv "$tmp/gap" "$tmp/archive/$gap"

# a tablespace elsewhere
as_server mkdir "$tmp/backups/space"
postgresql shop <<<"create tablespace far location '$tmp/backups/space'" >/dev/null
like "$(postgresql shop <<<"select dbbackup_create('x', '{\"method\": \"base\"}')" || true)" \
	'tablespace "far" is outside the data directory.*pg_basebackup with --tablespace-mapping' 'a base backup of a server with tablespaces elsewhere'
is "$(cd "$tmp/backups" && find . -mindepth 1 -maxdepth 1 ! -name base ! -name dump ! -name space | xargs)" '' '... leaves nothing'
is "$(postgresql shop <<<"create table in_space (id int) tablespace far; insert into in_space values (1);
	select dbbackup_create('dump') -> 'verified' ->> 'ok'; drop table in_space; drop tablespace far")" true '... but a dump of it is made'
rm -r "$tmp/backups/space" "$tmp/backups/dump"

# ---- damage ----

# damaged NAME PATTERN: verification names it.
damaged()
{
	like "$(postgresql shop <<<"select dbbackup_verify('$backup')" || true)" "\"ok\": false.*$2" "$backup: $1"
	like "$(postgresql shop <<<"select dbbackup_verify('$backup', '{\"jobs\": 3}')" || true)" "\"ok\": false.*$2" "$backup: $1, seen by one of several jobs"
}
postgresql shop <<<"select dbbackup_create('dump') is null" >/dev/null
backup=base
cp -a "$tmp/backups/base" "$tmp/base"
cp -a "$tmp/backups/dump" "$tmp/dump"
again()
{
	rm -rf "$tmp/backups/$backup"
	cp -a "$tmp/$backup" "$tmp/backups/$backup"
}
flip "$tmp/backups/base/base/base/1/1259" 100
damaged 'a flipped bit' 'pg_verifybackup .*checksum mismatch'
like "$(restore '{}' || true)" 'is damaged: .*checksum mismatch' '... and nothing is restored from it'
again
truncate -s 100 "$tmp/backups/base/base/base/1/1259"
damaged 'a shortened file' 'pg_verifybackup .*has size 100'
again
touch "$tmp/backups/base/base/extra"
damaged 'an extra file' 'extra'
again
rm "$tmp/backups/base/base/base/1/1259"
damaged 'a missing file' 'is present in the manifest but not on disk|missing'
again
sed -i 's/"timeline": 1/"timeline": 2/' "$tmp/backups/base/manifest.json"
damaged 'an edited manifest' 'manifest'
again
echo >>"$tmp/backups/base/base/backup_manifest"
damaged 'an edited manifest of pg_basebackup' 'backup_manifest|manifest'
like "$(restore '{}' || true)" 'is damaged' 'a damaged backup is not restored'
again
backup=dump
data=$(ls "$tmp/backups/dump/dump/"*.dat.gz | head -1)
flip "$data" 30
damaged 'a flipped bit' 'was changed'
like "$(postgresql shop <<<"select dbbackup_restore('dump', 'copy', '{\"as_superuser\": true}')" || true)" 'is damaged' 'a damaged dump is not restored'
again
truncate -s 20 "$data"
damaged 'a shortened file' 'is truncated: 20 of'
again
rm "$data"
damaged 'a missing file' 'missing'
again
touch "$tmp/backups/dump/dump/extra"
damaged 'an extra file' 'extra'
again
is "$(postgresql shop <<<"select dbbackup_verify('dump', '{\"restore\": true}') ->> 'ok'")" true 'the untouched dump is restored and counted'

# ---- names of databases ----

like "$(postgresql shop <<<"select dbbackup_restore('dump', 'shop', '{\"as_superuser\": true}')" || true)" 'database "shop" already exists' 'a database is not replaced'
postgresql shop <<<'create database dbcare_restore_0123456789abcdef'
is "$(postgresql shop <<<"select object from dbbackup_plan('dump', 'copy') where step = 'left'")" \
	'database dbcare_restore_0123456789abcdef was left by a restore that was killed: drop database dbcare_restore_0123456789abcdef;' \
	'a plan names the database of a restore that was killed'
postgresql shop <<<'drop database dbcare_restore_0123456789abcdef'
like "$(postgresql shop <<<"select dbbackup_restore('dump', repeat('a', 64), '{\"as_superuser\": true}')" || true)" 'is not a name of a database.*1 to 63 bytes' 'a name that is too long'

# ---- how a database compares text ----

locale="select encoding = pg_char_to_encoding('LATIN1') and datcollate = 'C' and datctype = 'C' from pg_database where datname ="
psql -qX -d postgres -c "create database latin template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'"
psql -qX -d postgres -c 'revoke connect on database latin from public'
PGCLIENTENCODING=UTF8 psql -qX -d latin -c 'create extension dbcare' -c "create table \"wörter\" as select chr(233) as word"
is "$(postgresql latin <<<"select dbbackup_create('latin', '{\"verify\": 3}') -> 'verified' ->> 'ok'; select dbbackup_restore('latin', 'copy', '{\"as_superuser\": true}') ->> 'kind'; $locale 'copy'" | xargs)" \
	'true dump t' 'a new database has the encoding and the locale of the dump'
is "$(PGCLIENTENCODING=UTF8 postgresql copy <<<'select word from "wörter"')" 'é' '... and its text'
is "$(postgresql copy <<<"select has_database_privilege('public', 'copy', 'connect'), has_database_privilege('public', 'copy', 'temporary')")" 'f t' \
	'... and is as open as the database of the session'
psql -qX -d postgres -c "create database ascii template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'"
printf 'create extension dbcare; create table "caf\351" (id int)' | PGCLIENTENCODING=SQL_ASCII psql -qX -d ascii
like "$(postgresql ascii <<<"select dbbackup_create('ascii')" 2>&1 || true)" 'names that are not valid UTF-8.*Make a base backup' \
	'names that a manifest cannot have are refused in words'
is "$(postgresql ascii <<<"select dbbackup_create('ascii', '{\"method\": \"base\"}') ->> 'kind'")" base '... but not by a base backup'
finish
