#!/bin/bash
# Encrypted dumps and base backups of PostgreSQL, and backups that a command takes
# elsewhere: only who has the key reads them, what they hold is in no file with a name,
# and damage is found.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups" "$tmp/back" "$tmp/far" "$tmp/keys"
chmod 777 "$tmp/backups" "$tmp/back" "$tmp/far" "$tmp/keys"
head -c 32 /dev/urandom >"$tmp/keys/right"
head -c 32 /dev/urandom >"$tmp/keys/wrong"
chmod 600 "$tmp/keys"/*
[ "$(id -u)" -ne 0 ] || chown postgres "$tmp/keys"/*
start_server server "dbcare.backup_roots = '$tmp/backups, $tmp/back'"
postgresql_new shop
marker=A-very-secret-word
postgresql shop <<<"create table ledger (id int primary key, word text);
	insert into ledger select n, '$marker' || n from generate_series(1, 20000) as n" >"$tmp/out"
right="{\"key_file\": \"$tmp/keys/right\"}"
wrong="{\"key_file\": \"$tmp/keys/wrong\"}"
# ask SQL: its answer or error
ask()
{
	postgresql shop <<<"$1" 2>&1 || true
}
# made NAME OPTIONS
made()
{
	ask "select dbbackup_create('$1', '{$2}') -> 'verified' ->> 'ok'"
}

# ---- in the directory ----

is "$(made dump "\"encrypt\": $right, \"verify\": 3")" true 'an encrypted dump is made, and restores'
is "$(made base "\"method\": \"base\", \"encrypt\": $right, \"verify\": 3")" true 'an encrypted base backup is made, and starts'
is "$(made small "\"method\": \"base\", \"compress\": true, \"encrypt\": $right")" true '... and one that is compressed'
is "$(ask "select name, encrypted, compression from dbbackup_list()" | xargs)" 'dump t zstd base t none small t zstd' '... and are listed as such'
is "$(ask "select b.size_bytes > 4 * s.size_bytes from dbbackup_list() as b, dbbackup_list() as s where b.name = 'base' and s.name = 'small'")" t '... which is smaller'
is "$(ask "select count(*) from pg_replication_slots")" 0 '... and no slot stays'
is "$(grep -rl "$marker" "$tmp/backups" || true)" '' 'no file has what the backups hold'
for name in dump base small; do
	for level in 1 2 3; do
		is "$(ask "select dbbackup_verify('$name', '{\"level\": $level, \"decrypt\": $right}') ->> 'ok'")" true "$name passes level $level"
	done
	like "$(ask "select dbbackup_verify('$name')")" '"ok": null.*it is encrypted, and no key was given' "without a key nothing is said about $name"
	like "$(ask "select dbbackup_verify('$name', '{\"decrypt\": $wrong}')")" '"ok": null.*the key is not that of the backup' '... nor with another one'
	destination=$([ $name = dump ] && echo copied || echo "$tmp/back/server")
	for key in '' ", \"decrypt\": $wrong"; do
		like "$(ask "select dbbackup_restore('$name', '$destination', '{\"directory\": \"$tmp/backups\"$key}')")" "backup \"$name\" cannot be read" "without the key $name is not restored"
	done
done
is "$(ask "select dbbackup_restore('dump', 'copied', '{\"as_superuser\": true, \"jobs\": 2, \"decrypt\": $right}') ->> 'destination'")" copied 'with it the dump is restored, by parallel jobs'
is "$(postgresql copied <<<"select count(*), max(word) from ledger where word like '$marker%'")" "20000 ${marker}9999" '... with all rows that were encrypted'
like "$(ask "select dbbackup_restore('small', '$tmp/back/server', '{\"decrypt\": $right}')")" '"health": ' '... and the base backup'
rm -rf "$tmp/back/server"
is "$(ls -A "$tmp/back")" '' '... which leaves nothing else'

# ---- only encrypted ones, and unchanged ----

is "$(made plain '"compress": true')" true 'a dump without a key'
like "$(ask "select dbbackup_restore('plain', 'other', '{\"as_superuser\": true, \"decrypt\": $right}')")" 'backup "plain" is not encrypted' 'with a key only an encrypted one is restored'
like "$(ask "select dbbackup_verify('plain', '{\"decrypt\": $right}')")" 'backup "plain" is not encrypted' '... or verified'
for name in dump base; do
	cp -a "$tmp/backups/$name" "$tmp/kept"
	size=$(stat -c %s "$tmp/kept/content.dbs")
	for at in 20 60 $((size / 2)) $((size - 1)); do
		flip "$tmp/backups/$name/content.dbs" "$at"
		like "$(ask "select dbbackup_verify('$name', '{\"decrypt\": $right}')")" '"ok": false' "$name: a changed byte at $at is found"
		cp -p "$tmp/kept/content.dbs" "$tmp/backups/$name/content.dbs"
	done
	sed -i 's/"database": "shop"/"database": "shop2"/' "$tmp/backups/$name/manifest.json"
	like "$(ask "select dbbackup_verify('$name', '{\"decrypt\": $right}')")" '"ok": false.*manifest.json was changed' "$name: a changed manifest is found"
	rm -r "${tmp:?}/backups/$name" && mv "$tmp/kept" "$tmp/backups/$name"
done
# the stream of one in the place of another's, with the hash of the manifest as it was
cp "$tmp/backups/small/content.dbs" "$tmp/backups/base/content.dbs"
like "$(ask "select dbbackup_verify('base', '{\"decrypt\": $right}')")" '"ok": false' 'the stream of another backup is found'
rm -r "$tmp/backups/base"
like "$(made x "\"method\": \"base\", \"encrypt\": $right, \"incremental_from\": \"latest\"")" 'an incremental backup can neither be encrypted' 'no increment is encrypted'
like "$(made x "\"jobs\": 2, \"encrypt\": $right")" 'a dump in one stream cannot have parallel jobs' 'no encrypted dump has jobs'
like "$(made x "\"encrypt\": {\"key_file\": \"$tmp/keys/none\"}")" 'key file ' 'without a key file there is no backup'

# ---- to a command, and back ----

for method in dump base; do
	for key in '' "$right"; do
		file=$tmp/far/$method${key:+.encrypted}
		given=${key:+, \"encrypt\": $key}
		taken=${key:+, \"decrypt\": $key}
		like "$(ask "select dbbackup_create('away', '{\"method\": \"$method\", \"compress\": true, \"to_command\": \"cat > $file\"$given}')")" '"name": "away"' "a $method goes to a command${key:+, encrypted}"
		for level in 2 3; do
			is "$(ask "select dbbackup_verify('away', '{\"from_command\": \"cat $file\", \"level\": $level$taken}') ->> 'ok'")" true "... and passes level $level from there"
		done
		size=$(stat -c %s "$file")
		for cut in 0 1000 $((size / 2)) $((size - 1)); do
			like "$(ask "select dbbackup_verify('away', '{\"from_command\": \"head -c $cut $file\"$taken}')")" 'what the command prints is no backup' "... but not $cut bytes of it"
		done
		flip "$file" $((size / 2))
		like "$(ask "select dbbackup_verify('away', '{\"from_command\": \"cat $file\"$taken}')")" '"ok": false' '... nor when it is damaged'
	done
done
is "$(ask "select name from dbbackup_list()" | xargs)" 'dump small plain' 'what a command has taken is in no directory'
ask "select dbbackup_create('away', '{\"method\": \"base\", \"compress\": true, \"to_command\": \"cat > $tmp/far/base\", \"encrypt\": $right}')" >"$tmp/out"
ask "select dbbackup_create('shop', '{\"to_command\": \"cat > $tmp/far/dump\"}')" >"$tmp/out"
like "$(ask "select dbbackup_restore(null, '$tmp/back/server', '{\"from_command\": \"cat $tmp/far/base\", \"decrypt\": $right}')")" '"name": "away"' 'a base backup is restored from a command'
is "$(ask "select dbbackup_restore('shop', 'brought', '{\"from_command\": \"cat $tmp/far/dump\", \"as_superuser\": true}') ->> 'name'")" shop '... and a dump'
is "$(postgresql brought <<<"select count(*), max(word) from ledger where word like '$marker%'")" "20000 ${marker}9999" '... with all rows that went there'
like "$(ask "select dbbackup_restore('another', 'other', '{\"from_command\": \"cat $tmp/far/dump\", \"as_superuser\": true}')")" 'the command prints backup "shop"' '... but not another one'
like "$(ask "select dbbackup_restore(null, 'other', '{\"from_command\": \"cat $tmp/far/none\", \"as_superuser\": true}')")" 'the command failed with exit code 1' 'a command that fails is reported'
like "$(ask "select dbbackup_create('x', '{\"to_command\": \"echo full >&2; exit 3\"}')")" 'the command failed with exit code 3
.*full' '... with what it says'
like "$(ask "select dbbackup_create('x', '{\"method\": \"base\", \"to_command\": \"head -c 10 > /dev/null\"}')")" 'the command ended before it had read everything' '... and one that reads only a part'
like "$(ask "select dbbackup_create('x', '{\"to_command\": \"cat > $tmp/far/x\", \"jobs\": 2}')")" 'cannot have parallel jobs' 'a dump for a command has no jobs'
ask "create role maker login; grant pg_execute_server_program, pg_read_server_files, pg_write_server_files, pg_read_all_data to maker;
	grant execute on all functions in schema public to maker" >"$tmp/out"
for call in "dbbackup_create('x', '{\"to_command\": \"cat > $tmp/far/x\"}')" "dbbackup_verify('x', '{\"from_command\": \"cat $tmp/far/dump\"}')" \
	"dbbackup_restore('x', 'other', '{\"from_command\": \"cat $tmp/far/dump\", \"role\": \"maker\"}')"; do
	like "$(PGUSER=maker ask "select $call")" 'must be superuser to run a command' "no other role names a command: ${call%%(*}"
done
like "$(ask "select dbbackup_schedule('03:30', '{\"to_command\": \"cat\"}')")" 'a command cannot be scheduled' 'nor does a schedule'

# ---- calls that end early ----

for ms in 20 100 300; do
	for call in "dbbackup_create('early', '{\"method\": \"base\", \"encrypt\": $right}')" "dbbackup_create('early', '{\"encrypt\": $right, \"verify\": 3}')" \
		"dbbackup_create('early', '{\"to_command\": \"sleep 60; cat > /dev/null\"}')" "dbbackup_verify('x', '{\"from_command\": \"sleep 60\"}')"; do
		start=$(date +%s%N)
		ask "set statement_timeout = $ms; select $call" >"$tmp/out"
		took=$((($(date +%s%N) - start) / 1000000))
		[ "$took" -lt $((ms + 8000)) ] || echo "# $call took $took ms"
		rm -rf "$tmp/backups/early"
	done
done
is "$(ls -A "$tmp/backups" | xargs)" 'dump plain small' 'calls that are cancelled leave nothing'
is "$(ask 'select count(*) from pg_replication_slots')" 0 '... and no slot'

# ---- before a migration ----

ask "select dbmigrate_add('1', 'note', 'create table note (t text);', 'drop table note;') is not null" >"$tmp/out"
ask "select dbbackup_create('newest', '{\"encrypt\": $right}')" >"$tmp/out"
like "$(ask "select dbmigrate_apply(null, '{\"backup\": true}')")" 'the backup before this call would not be encrypted' 'beside encrypted backups no plain one is made before a migration'
# a time that has not just passed
at=$(date -u -d '12 hours' +%H:%M)
like "$(ask "select dbmonitor_start(3600) is null; select dbbackup_schedule('$at', '{\"encrypt\": $right}')")" "\"at\": \"$at\"" 'the key can be that of the schedule'
like "$(ask "select dbmigrate_apply(null, '{\"backup\": true}')")" '"backup": "shop-' '... but one with the key of the schedule'
is "$(ask "select encrypted from dbbackup_list() where name like 'shop-%'")" t '... is'
finish
