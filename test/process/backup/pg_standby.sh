#!/bin/bash
# Backups on a standby: what can be read, verified and made there, and what is
# refused in words.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups"
chmod 777 "$tmp/backups"
start_server server "dbcare.backup_roots = '$tmp/backups'"
postgresql_new shop
postgresql shop <<-'END' >"$tmp/out"
	create table ledger (id int primary key);
	insert into ledger select generate_series(1, 1000);
	select dbbackup_create('dump') is null, dbbackup_create('base', '{"method": "base"}') is null;
END
pg_basebackup -D "$tmp/standby/data" -R -c fast >"$tmp/out" 2>&1
start_server standby

# there SQL: its result on the standby, or its error.
there()
{
	PGHOST=$tmp/standby postgresql shop <<<"$1" 2>&1 || true
}

is "$(there 'select pg_is_in_recovery()')" t 'a standby runs'
is "$(there 'select name, kind, problem from dbbackup_list()')" "$(postgresql shop <<<'select name, kind, problem from dbbackup_list()')" \
	'it lists the backups'
like "$(there "select severity, message from dbhealth_checks('{\"checks\": [\"backup_missing\"]}')")" '^ok' '... and judges them'
for name in dump base; do
	is "$(there "select dbbackup_verify('$name') ->> 'ok'")" true "it verifies a $name"
done
is "$(there "select dbbackup_verify('base', '{\"restore\": true}') ->> 'ok'")" true '... starts a base backup'
is "$(there "select dbbackup_verify('dump', '{\"restore\": true}') ->> 'ok'")" true '... and restores a dump in a scratch cluster'
like "$(there "select problem from dbbackup_plan('dump', 'copy') where step = 'write'")" 'a standby cannot create a database' 'a plan says so'
like "$(there "select dbbackup_restore('dump', 'copy', '{\"as_superuser\": true}')")" 'ERROR.*(standby|recovery|read-only)' 'a dump is not restored there'
like "$(there "select dbbackup_restore('base', '$tmp/backups/restored') ->> 'command'")" 'pg_ctl' 'a base backup is'
rm -r "$tmp/backups/restored"
like "$(there "select dbbackup_create('x', '{\"method\": \"restore_point\"}')")" 'a standby cannot create a restore point' 'no restore point'
like "$(there "select dbbackup_schedule('03:00')")" 'ERROR.*(recovery|read-only)' '... and no schedule'
is "$(there "select r ->> 'kind', r -> 'verified' ->> 'ok' from dbbackup_create('there', '{\"method\": \"base\"}') as r")" 'base true' \
	'a base backup is made from a standby'
is "$(there "select r ->> 'kind', r -> 'verified' ->> 'ok' from dbbackup_create('thedump') as r")" 'dump true' '... and a dump'
is "$(postgresql shop <<<"select name, problem from dbbackup_list() where name like 'the%'")" $'there \nthedump ' '... which the primary lists'
is "$(there "select dbbackup_cleanup('{\"keep_last\": 1}') ->> 'kept'")" 2 'it removes old ones'
is "$(ls -A "$tmp/backups" | xargs)" 'thedump there' '... and leaves nothing else'
finish
