#!/bin/bash
# dbbackup_cleanup keeps what the rules say, and removes nothing else.  Prints
# TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

directory=$tmp/shop.db-backups

# make_backup NAME DAYS: a backup that was made so many days ago.
make_backup()
{
	local manifest=$directory/$1/manifest.json body time

	sqlite shop >/dev/null <<<"select dbbackup_create('$1')"
	time=$(date -u -d "-$2 days" +%Y-%m-%dT00:00:00.000Z)
	body=$(sed -E 's/, "seal": "[0-9a-f]{64}"\}$//; s/("started_at": ")[^"]*/\1'"$time/" "$manifest")
	printf '%s, "seal": "%s"}\n' "$body" "$(printf %s "$body" | sha256sum | cut -c 1-64)" >"$manifest"
}

# names: the backups that are listed, in one line.
names()
{
	sqlite shop <<<"select group_concat(name, ' ') from (select name from dbbackup_list order by name)"
}

# clean OPTIONS: calls the function.
clean()
{
	sqlite shop <<<"select dbbackup_cleanup('$1')" 2>&1 || true
}

sqlite_new shop
sqlite shop <<<'create table t (a); insert into t values (1);'
is "$(clean '{}')" \
	'{"kept": 0, "bytes": 0, "dry_run": false, "removed": [], "skipped": [], "leftovers": 0}' \
	'without a directory there is nothing to remove'
# those of 20, 80 and 120 days ago are never of the same month
for day in 0 1 20 80 120; do
	make_backup "day$day" "$day"
done
is "$(names)" 'day0 day1 day120 day20 day80' 'the backups are valid'

is "$(clean '{"dry_run": true, "keep_last": 1}' | jq -c '[.dry_run, .kept, .removed]')" \
	'[true,1,["day1","day20","day80","day120"]]' 'a dry run says what would be removed'
is "$(names)" 'day0 day1 day120 day20 day80' 'and removes nothing'
is "$(clean '{"keep_last": 3, "monthly": 100, "verbose": true, "dry_run": true}' | jq -c '[.reasons[].reason]' |
	sed -E 's/[0-9]{4}-[0-9]{2}/MONTH/g')" \
	'["one of the last 3","one of the last 3","one of the last 3","of month MONTH","of month MONTH"]' \
	'each that is kept has a reason'
is "$(clean '{}' | jq -c '[.kept, .removed, .bytes > 0]')" '[3,["day80","day120"],true]' \
	'by default what is older than backup_keep_days is removed'
is "$(names)" 'day0 day1 day20' 'and no longer there'
sqlite shop >/dev/null <<<"select dbcare_set('backup_keep_days', '10')"
is "$(clean '{}' | jq -c .removed)" '["day20"]' 'the setting counts'

# what is damaged, and what is no backup
make_backup day50 50
make_backup day51 51
mkdir "$directory/mine"
echo precious >"$directory/mine/file"
truncate -s -1 "$directory/day0/database.db"
truncate -s -1 "$directory/day1/database.db"
is "$(clean '{"keep_last": 1}' | jq -c '[.kept, .removed, .skipped]')" \
	'[1,["day0","day1","day51"],[{"name":"mine","reason":"manifest.json is missing or not readable"}]]' \
	'the newest good one is kept, not a newer one that is damaged'
is "$(cat "$directory/mine/file")" precious 'a directory that is no backup is not removed'
is "$(clean '{"keep_days": 1}' | jq -c '[.kept, .removed]')" '[1,[]]' 'nor the last good one, however old'

# another database in the same directory
sqlite_new other
sqlite other >/dev/null <<<"create table u (a); select dbbackup_create('of_other', '{\"directory\": \"$directory\"}')"
is "$(clean '{"keep_last": 1}' | jq -c '[.kept, .removed]')" '[2,[]]' 'the rules are for each database'
like "$(sqlite other <<<"select dbbackup_restore(null, '$tmp/new.db',
	'{\"directory\": \"$directory\", \"target_time\": \"$(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ)\"}')" || true)" \
	'there is no backup of other.db' 'the backup of another database is not restored by its time'

# leftovers of killed calls
for name in .x.0123abcd.tmp .x.0123abcd.old .x.0123abce.tmp .x.tmp .keep; do
	mkdir "$directory/$name"
	echo text >"$directory/$name/file"
done
exec {running}<"$directory/.x.0123abce.tmp"
flock "$running"
is "$(clean '{"dry_run": true}' | jq .leftovers)" 2 'leftovers of killed calls are counted'
is "$(clean '{}' | jq .leftovers)" 2 'and removed'
is "$(cd "$directory" && echo .[a-z]*)" '.keep .x.0123abce.tmp .x.tmp' 'but nothing else, nor those of running calls'

# what other calls use
make_backup day70 70
exec {used}<"$directory"
flock --shared "$used"
like "$(clean '{"keep_last": 1}')" 'backups in .* are in use.*Repeat the call later' 'nothing is removed while backups are used'
is "$(clean '{"keep_last": 1, "dry_run": true}' | jq -c .removed)" '["day70"]' 'but a dry run works'
is "$(sqlite shop <<<"select dbbackup_verify('day70') ->> 'ok'")" 1 'those who read can share them'
flock "$used"
like "$(sqlite shop <<<"select dbbackup_verify('day70')" || true)" 'are being removed' 'nobody reads what is being removed'
like "$(sqlite shop <<<"select dbbackup_create('i', '{\"incremental_from\": \"day70\"}')" || true)" 'are being removed' \
	'nor makes an increment of it'
like "$(sqlite shop <<<"select dbbackup_restore('day70', '$tmp/new.db')" || true)" 'are being removed' 'nor restores it'
exec {used}<&-
is "$(clean '{"keep_last": 1}' | jq -c .removed)" '["day70"]' 'afterwards it is removed'

like "$(clean '{"keep_days": 0}')" 'keep_days' 'a rule that keeps nothing is refused'
like "$(clean '{"keep": 1}')" 'unknown option "keep"' 'and so is an unknown one'
sqlite shop >/dev/null <<<"select dbcare_set('environment', 'production')"
make_backup day70 70
like "$(clean '{"keep_last": 1}')" 'removes backups' 'in production the call must be confirmed'
is "$(clean '{"keep_last": 1, "confirm": "shop.db"}' | jq -c .removed)" '["day70"]' 'by the name of the database'

finish
