#!/bin/bash
# "dbcare archive-wal" as archive_command: whole, on disk, never another file of the same
# name, nothing of another server or of a copy, also when it is killed; and the archive
# restores.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups" "$tmp/wal" "$tmp/back" "$tmp/bin"
chmod 777 "$tmp/backups" "$tmp/wal" "$tmp/back"
install -m 755 build/dbcare "$tmp/bin/"
archive=$tmp/wal
# segments that are not of 16 MB
WAL_SEGSIZE=1 start_server server "dbcare.backup_roots = '$tmp/backups, $tmp/wal, $tmp/back'" 'archive_mode = on' "archive_command = '$tmp/bin/dbcare archive-wal \"%p\" $archive'"
postgresql_new shop
postgresql shop <<<"create table ledger (id int primary key); select dbbackup_create('base', '{\"method\": \"base\"}') is null" >"$tmp/out"

# fill FROM TO: commits rows, and archives them.
fill()
{
	postgresql shop <<<"insert into ledger select generate_series($1, $2); select pg_switch_wal() is null" >"$tmp/out"
	until_true shop "select (select count(*) from pg_ls_archive_statusdir() where name like '%.ready') = 0"
}
fill 1 1000
postgresql shop <<<"select dbbackup_create('middle', '{\"method\": \"restore_point\"}') is null" >"$tmp/out"
fill 1001 2000
fill 2001 3000
segments=("$archive"/0000000100000000????????.zst)
is "$((${#segments[@]} >= 4)) $(ls -A "$archive" | grep -c tmp)" '1 0' 'segments are archived, compressed'
is "$(ls "$archive" | grep -c 'backup$')" 1 '... and the label of the backup as it is'
last=$(basename "${segments[-1]}" .zst)
zstd -qdc "${segments[-1]}" >"$tmp/$last"
is "$(cmp "$tmp/$last" "$tmp/server/data/pg_wal/$last" && echo same)" same '... with the content of the original'
is "$(postgresql shop <<<"select item from dbbackup_wal_archive('$archive') where item in ('gap', 'wrong_size', 'other')")" '' '... without a gap'

# archives PATH [DIRECTORY]: what a call says, and its exit code.
archives()
{
	local code=0

	"$tmp/bin/dbcare" archive-wal "$1" "${2-$archive}" 2>&1 || code=$?
	echo "exit $code"
}
before=$(cd "$archive" && sha256sum -- *)
is "$(archives "$tmp/$last")" 'exit 0' 'the same file again is archived'
flip "$tmp/$last" 100000
like "$(archives "$tmp/$last")" 'There is a different file of this name.*exit 2' 'a different one is refused'
zstd -qdcf "${segments[-1]}" >"$tmp/$last"
cp "$tmp/$last" "$tmp/${last:0:16}000000AA"
like "$(archives "$tmp/${last:0:16}000000AA")" 'not the segment that its name says.*exit 2' '... and one under another name'
printf '\1\2\3' | dd of="$tmp/$last" bs=1 seek=24 conv=notrunc status=none
like "$(archives "$tmp/$last")" 'segments of another server.*exit 2' '... one of another server'
truncate -s 1000000 "$tmp/$last"
like "$(archives "$tmp/$last")" 'not the segment.*exit 2' '... a part of one'
like "$(archives "$tmp/out")" 'not a file of the log.*exit 2' '... what is none'
like "$(archives "$tmp/server/data/pg_wal/0000000100000000000000FF")" 'could not read.*exit 2' '... and one that is not there'
like "$(archives "$tmp/server/data/pg_wal/$last" "$tmp/nowhere")" 'could not open directory.*exit 2' 'there must be a directory'
is "$(cd "$archive" && sha256sum -- *)" "$before" 'the archive is what it was'

# ---- kills ----

mkdir "$tmp/killed"
wrong=
for ((i = 0; i < 20; i++)); do
	rm -f "$tmp/killed/$last.zst"
	"$tmp/bin/dbcare" archive-wal "$tmp/server/data/pg_wal/$last" "$tmp/killed" 2>"$tmp/out" &
	killed=$!
	for ((n = RANDOM % 2000; n > 0; n--)); do :; done
	kill -9 $killed 2>/dev/null || true
	wait $killed 2>/dev/null || true
	[ ! -e "$tmp/killed/$last.zst" ] || zstd -qdc "$tmp/killed/$last.zst" | cmp -s - "$tmp/server/data/pg_wal/$last" || wrong+=" $i"
	[ "$(archives "$tmp/server/data/pg_wal/$last" "$tmp/killed")" = 'exit 0' ] || wrong+=" again $i"
done
is "$wrong$(ls -A "$tmp/killed")" "$last.zst" 'calls that are killed leave a whole file or none, and the next one succeeds'

# ---- the way back ----

restored=$tmp/back/restored
like "$(postgresql shop <<<"select dbbackup_restore('base', '$restored', '{\"archive\": \"$archive\", \"target_name\": \"middle\"}')")" '"command"' \
	'a compressed archive is restored'
like "$(postgresql shop <<<"select object from dbbackup_plan('base', '$tmp/back/x', '{\"archive\": \"$archive\"}') where step = 'reach' and problem is null")" \
	'Z to 20[0-9-]*T' '... and planned'
# the copy, with the command of the original
like "$(cd "$restored" && archives pg_wal/00000002.history)" 'but the archive has later segments of that one: this server is a copy that was restored.*exit 2' \
	'what a restored copy writes is refused'
is "$(cd "$archive" && sha256sum -- *)" "$before" '... and the archive is what it was'
program=$(dirname "$(command -v pg_ctl)")/pg_ctl
(cd / && as_server "$program" -w -D "$restored" -l "$tmp/server/restored.log" -o "-p 5433 -k $tmp/server" start) >"$tmp/out"
is "$(PGPORT=5433 postgresql shop <<<'select count(*) from ledger')" 1000 '... which has the rows of the moment'
is "$(PGPORT=5433 postgresql shop <<<"select dbbackup_accept() ->> 'timeline_complete'")" true 'it is accepted'
PGPORT=5433 until_true shop "select count(*) > 0 from pg_stat_archiver where last_archived_wal like '00000002%'"
is "$(ls "$archive" | grep -c '^00000002.history')" 1 '... and then archived'
(cd / && as_server "$program" -w -D "$restored" -m fast stop) >"$tmp/out"

# ---- retention ----

# clean OPTIONS: what was removed of the archive.
clean()
{
	postgresql shop <<<"select dbbackup_cleanup('{\"keep_last\": 1, \"archive\": \"${2-$archive}\"$1}') -> 'archive'" || true
}
fill 3001 4000
fill 4001 5000
postgresql shop <<<"select dbbackup_create('later', '{\"method\": \"base\"}') is null" >"$tmp/out"
fill 5001 6000
count=$(ls "$archive" | wc -l)
like "$(clean ', "dry_run": true')" '"removed": [1-9]' 'what would be removed is told'
is "$(ls "$archive" | wc -l)" "$count" '... and stays'
mkdir "$tmp/backups/unknown"
like "$(clean '')" '"removed": 0.*"kept_all_because": "backup \\"unknown\\" cannot be read"' 'beside a backup that cannot be read all segments stay'
rmdir "$tmp/backups/unknown"
like "$(clean '' "$tmp/killed")" 'backups must not be in' 'an archive elsewhere is not touched'
like "$(clean '')" '"removed": [1-9][0-9]*.*' 'segments that no kept backup needs are removed'
start=$(postgresql shop <<<"select pg_walfile_name((pg_read_file('$tmp/backups/later/manifest.json')::jsonb ->> 'start_lsn')::pg_lsn)")
is "$(ls "$archive" | grep -E '^00000001[0-9A-F]{16}' | head -n 1 | cut -c 1-24) $(ls "$archive" | grep -c history)" "$start 1" '... up to the first that the kept one needs, and histories stay'
like "$(postgresql shop <<<"select dbbackup_restore('later', '$tmp/back/again', '{\"archive\": \"$archive\", \"target_timeline\": \"1\"}')")" '"command"' '... which is restored'
is "$(postgresql shop <<<"select name from dbbackup_list()")" later '... and is the last'
like "$(postgresql shop <<<"select dbmonitor_start(60) is null; select dbbackup_schedule('03:00', '{\"method\": \"base\", \"keep\": {\"keep_last\": 1, \"archive\": \"$archive\"}}')")" '03:00' 'a schedule removes them, too'
finish
