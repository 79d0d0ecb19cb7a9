#!/bin/bash
# Incremental base backups, from PostgreSQL 17 on: made, verified, restored, and kept
# as long as others need them.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups"
chmod 777 "$tmp/backups"
start_server server "dbcare.backup_roots = '$tmp/backups'"
postgresql_new shop

# say SQL: its result, or its error.
say()
{
	postgresql shop <<<"$1" 2>&1 || true
}

# base NAME PARENT: kind and result of the verification of a new backup.
base()
{
	say "select r ->> 'kind', r -> 'verified' ->> 'ok', r ->> 'why_full' from dbbackup_create('$1',
		'{\"method\": \"base\", \"incremental_from\": \"$2\"}') as r"
}

like "$(say "select dbbackup_create('x', '{\"incremental_from\": \"latest\"}')")" \
	'a backup with the method dump cannot be incremental.*Pass the option method' 'a dump cannot be incremental'
if [ "$(say 'show server_version_num')" -lt 170000 ]; then
	like "$(base x latest)" 'PostgreSQL .* has no incremental backups.*from version 17 on' 'an older server has none'
	is "$(ls -A "$tmp/backups")" '' '... and nothing is left'
	skip 'incremental base backups' 'PostgreSQL has them from version 17 on'
	finish
fi

like "$(base x latest)" 'incremental backups need the parameter summarize_wal.*alter system set summarize_wal = on' \
	'the server must record which blocks change'
say 'alter system set summarize_wal = on' >"$tmp/out"
say 'select pg_reload_conf()' >"$tmp/out"
until_true shop "select current_setting('summarize_wal')::bool"
say "create table ledger (id int primary key, word text); insert into ledger select n, md5(n::text) from generate_series(1, 50000) as n; checkpoint" >"$tmp/out"

is "$(base full latest)" 'base true there is no backup of the database' 'the first one is full'
say "update ledger set word = 'one' where id = 1" >"$tmp/out"
is "$(base one latest)" 'incremental true ' 'the next one is incremental'
say "insert into ledger values (100001, 'two')" >"$tmp/out"
is "$(base two one)" 'incremental true ' '... and so is one that names its parent'
is "$(say "select name, kind, parent, problem, size_bytes < (select size_bytes from dbbackup_list() where name = 'full') / 2,
	database_bytes >= (select database_bytes from dbbackup_list() where name = 'full')
	from dbbackup_list() where parent is not null")" $'one incremental full  t t\ntwo incremental one  t t' 'they are listed with their parents'
is "$(say "select dbbackup_verify('two', '{\"restore\": true}') ->> 'ok'")" true 'a chain is combined and starts'
is "$(ls -A "$tmp/backups" | xargs)" 'full one two' '... and leaves nothing'
is "$(say "select count(*) from dbbackup_plan('two', '$tmp/backups/restored') where problem is null and (step = 'read' or object like '%pg_combinebackup')")" 4 \
	'the plan lists the chain and the program'

# ---- the way back ----

program=$(dirname "$(command -v pg_ctl)")/pg_ctl
like "$(say "select dbbackup_restore('two', '$tmp/backups/restored')")" '"kind": "incremental".*"command"' 'it is restored'
(cd / && as_server "$program" -w -D "$tmp/backups/restored" -l "$tmp/server/restored.log" -o "-p 5433 -k $tmp/server -c archive_mode=off" start) >"$tmp/out"
is "$(psql -qAtX -F ' ' -p 5433 -d shop -c "select count(*), sum((word in ('one', 'two'))::int) from ledger")" '50001 2' '... with the rows of all'
(cd / && as_server "$program" -w -D "$tmp/backups/restored" -m fast stop) >"$tmp/out"
rm -r "$tmp/backups/restored"

# ---- retention ----

is "$(say "select r -> 'removed', r ->> 'kept' from dbbackup_cleanup('{\"keep_last\": 1}') as r")" '[] 3' 'a chain is kept for its last backup'
say "select dbbackup_create('fresh', '{\"method\": \"base\"}') is null" >"$tmp/out"
is "$(say "select r -> 'removed' from dbbackup_cleanup('{\"keep_last\": 1}') as r")" '["two", "one", "full"]' '... and removed with it'

# ---- damage ----

say "insert into ledger values (100002, 'three')" >"$tmp/out"
is "$(base three fresh)" 'incremental true ' 'another chain'
say "select dbbackup_create('dump') is null" >"$tmp/out"
like "$(base x dump)" 'no incremental backup can be made from "dump".*not a base backup' 'a dump is no parent'
like "$(base x nothing)" 'there is no backup "nothing"' 'nor is what does not exist'
file=$(cd "$tmp/backups/fresh/base" && find base -size +100k -type f | head -1)
flip "$tmp/backups/fresh/base/$file" 20000
like "$(say "select dbbackup_restore('three', '$tmp/backups/restored')")" 'is damaged: .*checksum mismatch' 'nothing is restored from a damaged parent'
like "$(say "select dbbackup_verify('three', '{\"level\": 3}')")" '"ok": false' '... and level 3 finds it'
mv "$tmp/backups/fresh" "$tmp/fresh"
is "$(say "select problem from dbbackup_list() where name = 'three'")" 'its parent "fresh" is missing' 'a parent that is missing is listed'
like "$(base x three)" 'parent .* is missing' '... and nothing is made from such a backup'
is "$(base y latest)" 'base true there is no backup of the database' '... but a full one'
is "$(ls -A "$tmp/backups" | xargs)" 'dump three y' 'nothing is left of what failed'
finish
