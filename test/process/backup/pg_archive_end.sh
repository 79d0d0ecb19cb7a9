#!/bin/bash
# Archives that have less than they seem to: a segment that is missing, damaged, empty or
# cannot be unpacked ends recovery, and what was committed after it would be missing
# without a word.  Archives of other commands, compressed by other programs.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups" "$tmp/wal" "$tmp/back"
chmod 777 "$tmp/backups" "$tmp/wal" "$tmp/back"
WAL_SEGSIZE=1 start_server server "dbcare.backup_roots = '$tmp/backups, $tmp/back'" 'archive_mode = on' \
	"archive_command = 'test ! -f $tmp/wal/%f && cp %p $tmp/wal/%f'"
postgresql_new shop
postgresql shop <<<"create table ledger (id int); select dbbackup_create('base', '{\"method\": \"base\"}') is null" >"$tmp/out"
for ((i = 1; i <= 5; i++)); do
	postgresql shop <<<"insert into ledger select $i from generate_series(1, 100); select pg_switch_wal() is null" >"$tmp/out"
	[ "$i" != 1 ] || moment=$(postgresql shop <<<"select to_char(clock_timestamp() + interval '1 ms', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
done
until_true shop "select (select count(*) from pg_ls_archive_statusdir() where name like '%.ready') = 0"
mapfile -t segments < <(cd "$tmp/wal" && ls | grep -xE '[0-9A-F]{24}' | tail -n 5)

# an archive: $archive is a copy of that of the server
archive=$tmp/copy
new_archive()
{
	rm -rf "$archive"
	cp -a "$tmp/wal" "$archive"
}
# restore [OPTIONS]: what a restore of the archive says
restore()
{
	rm -rf "$tmp/back/server"
	postgresql shop <<<"select dbbackup_restore('base', '$tmp/back/server', '{\"archive\": \"$archive\"${1-}}')" || true
}
# plan [OPTIONS]: the steps about the archive, with their problems
plan()
{
	postgresql shop <<<"select step, object, problem from dbbackup_plan('base', '$tmp/back/server', '{\"archive\": \"$archive\"${1-}}') where step in ('read log', 'reach')"
}
program=$(dirname "$(command -v pg_ctl)")/pg_ctl
# rows: those of the restored server, as ID:COUNT
rows()
{
	(cd / && as_server "$program" -w -D "$tmp/back/server" -l "$tmp/back/log" -o "-p 5433 -k $tmp/server" start) >"$tmp/out" 2>&1
	PGPORT=5433 postgresql shop <<<"select string_agg(id || ':' || count, ' ' order by id) from (select id, count(*) from ledger group by id) as l"
	(cd / && as_server "$program" -w -D "$tmp/back/server" -m fast stop) >"$tmp/out" 2>&1
}
# hinted ANSWER ROWS NAME: the hint restores what is before.
hinted()
{
	local option

	option=$(grep -oE '"target_lsn": "[0-9A-F/]+"' <<<"$1") || true
	like "$(restore ", ${option:-none}")" '"command"' "$3: the hint restores"
	is "$(rows)" "$2" '... what was committed before it'
}
all='1:100 2:100 3:100 4:100 5:100'

# ---- missing and damaged ----

new_archive
like "$(restore)" '"command"' 'a whole archive is restored'
is "$(rows)" "$all" '... with all rows'

rm "$archive/${segments[2]}"
answer=$(restore)
like "$answer" "segment ${segments[2]} is missing: a restore would end before it" 'a gap is an error'
is "$(ls -A "$tmp/back")" log '... that leaves nothing'
hinted "$answer" '1:100 2:100' 'a gap'
moment=", \"target_time\": \"$moment\""
is "$(plan "$moment" | sed -n 's/.*Z to [^ ]*Z *//p; s/^read log [^ ]* to [^ ]* *//p' | xargs)" '' 'a gap after the target is no problem of a plan'
like "$(restore "$moment")" '"command"' '... nor of a restore'
is "$(rows)" '1:100' '... to the target'

new_archive
# of the records of the rows
flip "$archive/${segments[2]}" 2000
answer=$(restore)
like "$answer" "recovery ended at [0-9A-F/]*, and the archive goes on: the log is damaged there" 'a damaged segment is an error'
is "$(ls -A "$tmp/back")" log '... which leaves nothing, too'
hinted "$answer" '1:100 2:100' 'a damaged segment'

new_archive
: >"$archive/${segments[2]}"
like "$(plan)" "segment ${segments[2]} is not whole" 'an empty segment is a problem of the plan'
like "$(restore)" "segment ${segments[2]} is not whole" '... and an error'

# the first segments are in the backup itself
new_archive
first=$(postgresql shop <<<"select pg_walfile_name((pg_read_file('$tmp/backups/base/manifest.json')::jsonb ->> 'start_lsn')::pg_lsn)")
rm "$archive/$first" "$archive/$first".*.backup
like "$(plan)" '^read log [0-9A-F]* to [0-9A-F]* *
reach [^ ]* to [^ ]* *$' 'what the backup has itself need not be in the archive'
like "$(restore)" '"command"' '... which is restored'
is "$(rows)" "$all" '... to its end'

# what a server has kept for later use is often copied with the last segments
new_archive
last=${segments[4]}
next=$(printf '%s%08X' "${last:0:16}" $((0x${last:16} + 1)))
cp -p "$archive/${segments[0]}" "$archive/$next"
like "$(restore)" '"command"' 'a file with the name of a later segment, and the content of an older one, is not the log'
is "$(rows)" "$all" '... all rows are restored'

new_archive
chmod 000 "$archive/${segments[2]}"
[ "$(id -u)" -ne 0 ] || chown root "$archive/${segments[2]}"
like "$(restore)" 'could not restore file' 'a segment that cannot be read is not the end of the archive'

# ---- other programs ----

while read -r end pack; do
	if ! command -v "${pack%% *}" >"$tmp/out"; then
		skip "an archive compressed by ${pack%% *}" 'it is not installed'
		continue
	fi
	new_archive
	for segment in "$archive"/*; do
		$pack <"$segment" >"$segment.$end"
		rm "$segment"
	done
	is "$(plan | sed 's/ *$//')" "read log $first to $last
reach $(plan | sed -n 's/^reach //p' | sed 's/ *$//')" "an archive compressed by ${pack%% *} is planned"
	like "$(restore)" '"command"' '... and restored'
	is "$(rows)" "$all" '... row for row'
	truncate -s 400 "$archive/${segments[2]}.$end"
	like "$(restore)" 'could not restore file' '... a file that is cut is an error'
	: >"$archive/${segments[2]}.$end"
	like "$(plan)" "segment ${segments[2]} is not whole" '... and an empty one a problem of the plan'
done < <(printf '%s\n' 'gz gzip -c' 'lz4 lz4 -c' 'zst zstd -c' 'bz2 bzip2 -c' 'xz xz -c' | one_of 3)
finish
