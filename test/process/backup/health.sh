#!/bin/bash
# The health checks and metrics of backups: each finds what it should, and not
# what is almost so.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# say SQL: its result, or its error.
say()
{
	"$engine" shop <<<"$1" 2>&1 || true
}

# found CHECK: severity and message, or the reason.
found()
{
	say "select severity, coalesce(reason, message) from dbhealth_checks('{\"checks\": [\"$1\"]}')"
}

# age NAME HOURS: the backup was started so many hours ago.
age()
{
	python3 - "$directory/$1/manifest.json" "$2" <<-'END'
		import datetime, hashlib, re, sys
		path, hours = sys.argv[1:]
		text = open(path).read()
		body, seal = re.match(r'(.*)(, ?"seal": ?"[0-9a-f]*"}\s*)$', text, re.S).groups()
		at = datetime.datetime.utcnow() - datetime.timedelta(hours=float(hours))
		body = re.sub(r'("started_at": ?")[^"]*', lambda m: m[1] + at.strftime('%Y-%m-%dT%H:%M:%S.000Z'), body)
		seal = re.sub(r'[0-9a-f]{64}', hashlib.sha256(body.encode()).hexdigest(), seal)
		open(path, 'w').write(body + seal)
	END
}

# verified NAME HOURS: it was last verified so many hours ago.
verified()
{
	sed -i "s/\"at\": *\"[^\"]*\"/\"at\": \"$(date -u -d "$2 hours ago" +%Y-%m-%dT%H:%M:%S.000Z)\"/" "$directory/$1/verified.json"
}

mkdir "$tmp/backups"
chmod 777 "$tmp" "$tmp/backups"
start_server server
for engine in postgresql sqlite; do
	"${engine}_new" shop
	object=shop
	directory=$tmp/backups
	if [ "$engine" = sqlite ]; then
		object=shop.db
		directory=$tmp/shop.db-backups
	fi
	say 'create table thing (id integer primary key); select dbcare_install() is null' >"$tmp/out"
	is "$(found backup_missing)" 'not_applicable no directory of backups is set' "$engine: nobody makes backups"
	is "$(found backup_old)" 'not_applicable no directory of backups is set' "$engine: ... nor are they old"
	is "$(say 'select dbhealth_metrics()' | grep -c '^dbbackup')" 0 "$engine: ... nor is there a metric"
	say "select dbcare_set('environment', 'production') is null" >"$tmp/out"
	is "$(found backup_missing)" "warning $object has no backup that can be restored: no directory of backups is set" "$engine: in production there should be one"
	if [ "$engine" = postgresql ]; then
		postgresql shop <<<"load 'dbcare'; alter database shop set dbcare.backup_roots = '$tmp/backups'" >"$tmp/out"
	else
		mkdir "$directory"
	fi
	is "$(found backup_missing)" "critical $object has no backup that can be restored: none was made" "$engine: there is a directory, but no backup"
	is "$(say 'select dbhealth_metrics()' | grep '^dbbackup_backups' | sed 's/.* //')" 0 "$engine: the metric says 0"
	say "select dbbackup_create('one') is null" >"$tmp/out"
	for check in missing old unverified damaged; do
		is "$(found "backup_$check")" 'ok nothing found' "$engine: a new backup, backup_$check"
	done
	is "$(found backup_same_disk)" "warning the backups in $directory are on the file system of the data" "$engine: it is on the disk of the data"
	say "select dbcare_set('environment', 'development') is null" >"$tmp/out"
	like "$(found backup_same_disk)" '^info ' "$engine: ... which is no matter in development"
	is "$(say 'select dbhealth_metrics()' | grep -E '^dbbackup_(backups|damaged_backups|last_verified)' | sed 's/.* //' | xargs)" '1 0 1' "$engine: the metrics"
	is "$(say 'select dbhealth_metrics()' | grep '^dbbackup_last_timestamp_seconds' | awk -v now="$(date +%s)" '{ print ($NF < now + 60 && $NF > now - 600) }')" 1 \
		"$engine: ... with the time of the backup"

	like "$(say 'select dbhealth_html()' | grep -A1 'Last backup')" 'Last backup</dt><dd><time.*</time>, verified<' "$engine: the page shows it"
	age one 50.5
	is "$(found backup_old)" "info the newest backup of $object is 50 hours old: one" "$engine: an old backup that was made by hand is no matter there"
	verified one 175
	like "$(found backup_unverified)" '^info ' "$engine: ... nor is an old verification"
	say "select dbcare_set('environment', 'production') is null" >"$tmp/out"
	age one 47.9
	is "$(found backup_old)" 'ok nothing found' "$engine: a backup of almost two days ago"
	age one 50.5
	is "$(found backup_old)" "warning the newest backup of $object is 50 hours old: one" "$engine: one that is older"
	age one 170.5
	like "$(found backup_old)" '^critical .* 170 hours old' "$engine: one of a week ago"
	age one 50.5
	verified one 167
	is "$(found backup_unverified)" 'ok nothing found' "$engine: a verification of almost a week ago"
	verified one 175
	is "$(found backup_unverified)" 'warning backup one has not been verified for 7 days' "$engine: one of more than a week ago"
	say "select dbbackup_verify('one') is null" >"$tmp/out"
	is "$(found backup_unverified)" 'ok nothing found' "$engine: ... until it is verified"

	# one that fails its verification
	say "select dbbackup_create('two') is null" >"$tmp/out"
	is "$(found backup_old)" 'ok nothing found' "$engine: a newer backup"
	sed -i 's/"ok": true/"ok": false/' "$directory/two/verified.json"
	like "$(found backup_damaged)" '^warning backup two cannot be restored: ' "$engine: a backup whose verification failed"
	is "$(found backup_old)" "warning the newest backup of $object is 50 hours old: one" "$engine: ... does not count as the newest"
	is "$(say 'select dbhealth_metrics()' | grep -E '^dbbackup_(backups|damaged_backups)' | sed 's/.* //' | xargs)" '2 1' "$engine: ... but is counted"
	echo x >"$directory/one/more"
	is "$(found backup_damaged | wc -l)" 2 "$engine: a backup with a file too many"
	is "$(found backup_missing)" "critical $object has no backup that can be restored: all 2 are damaged" "$engine: no backup is sound"
	rm "$directory/one/more"
	is "$(found backup_missing)" 'ok nothing found' "$engine: ... until one is"
done

# an increment whose parent is missing
engine=sqlite
directory=$tmp/shop.db-backups
rm -r "$directory"
say "select dbbackup_create('base') is null; select dbbackup_create('next', '{\"incremental_from\": \"base\"}') is null" >"$tmp/out"
is "$(found backup_damaged)" 'ok nothing found' 'sqlite: a chain'
rm -r "$directory/base"
like "$(found backup_damaged)" '^warning backup next cannot be restored: .*base' 'sqlite: a broken one'

# without the rights
engine=postgresql
postgresql shop <<<"create role watcher login; select dbcare_grant('watcher', 'monitor') is null" >"$tmp/out"
like "$(PGUSER=watcher found backup_old)" '^unknown permission denied to read directory' 'postgresql: without the rights it is unknown'
finish
